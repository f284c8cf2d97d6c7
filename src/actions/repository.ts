import { z } from "zod";

/** A repository as GitHub knows it; ids are its identity, names its address. */
export const RepositoryFacts = z.object({
  owner: z.string(),
  repo: z.string(),
  repositoryId: z.number().int(),
  /** Null where the app is not installed: then runs go by way of a fork. */
  installationId: z.number().int().nullable(),
  defaultBranch: z.string(),
  private: z.boolean(),
  archived: z.boolean(),
});
export type RepositoryFacts = z.infer<typeof RepositoryFacts>;

export type RepositoryLookup = {
  /** Null when it cannot be reached. */
  findRepository(name: { owner: string; repo: string }): Promise<RepositoryFacts | null>;
  readIssue(
    target: RepositoryFacts,
    number: number,
  ): Promise<{ title: string; body: string; author: string | null; role?: string; at?: string } | null>;
  /** Address of an open pull request of our own account that is about the issue. */
  findOwnPull?(target: RepositoryFacts, issue: number): Promise<string | null>;
};

type Lookups = { direct: RepositoryLookup | null; fork: RepositoryLookup | null };

/** As the installed app where it is installed, else with the operator's token; null when there are credentials for neither. */
export function eitherLookup({ direct, fork }: Lookups): RepositoryLookup | null {
  if (direct === null || fork === null) return direct ?? fork;
  const ofMode = ({ installationId }: RepositoryFacts) => (installationId === null ? fork : direct);
  return {
    findRepository: async (name) => (await direct.findRepository(name)) ?? fork.findRepository(name),
    readIssue: (target, number) => ofMode(target).readIssue(target, number),
    findOwnPull: async (target, issue) => (await ofMode(target).findOwnPull?.(target, issue)) ?? null,
  };
}
