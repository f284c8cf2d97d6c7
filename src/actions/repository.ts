import { z } from "zod";

/** A repository as GitHub knows it; ids are its identity, names its address. */
export const RepositoryFacts = z.object({
  owner: z.string(),
  repo: z.string(),
  repositoryId: z.number().int(),
  installationId: z.number().int(),
  defaultBranch: z.string(),
  private: z.boolean(),
  archived: z.boolean(),
});
export type RepositoryFacts = z.infer<typeof RepositoryFacts>;

export type RepositoryLookup = {
  /** Null when the app is not installed there. */
  findRepository(name: { owner: string; repo: string }): Promise<RepositoryFacts | null>;
  readIssue(
    target: RepositoryFacts,
    number: number,
  ): Promise<{ title: string; body: string; author: string | null; role?: string; at?: string } | null>;
};
