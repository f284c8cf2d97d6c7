import { type Actor, type Tier, tierOf } from "../actions/actor.ts";
import type { Role } from "../core/role.ts";
import type { Run } from "../core/run.ts";
import type { Database } from "../database/connect.ts";
import { type KnownRepository, listRepositories, type Scope } from "../database/overview.ts";
import type { WebSession } from "../database/web-sessions.ts";
import { remember } from "./remember.ts";

/** What is asked of GitHub about people; null where no App is registered. */
export type People = {
  /** The person's role now; throws when GitHub does not answer. */
  roleOf(repository: KnownRepository, login: string): Promise<Role>;
  /** The operator's private repository, from where runs by way of forks are steered; null where there is none. */
  findControl(): Promise<KnownRepository | null>;
};

export type Authority = {
  /** Whose runs somebody may look at. */
  scopeOf(who: WebSession): Promise<Scope>;
  maySee(who: WebSession, run: Run): Promise<boolean>;
  /** What somebody could do about a run by the role of the last minute; null for nothing. */
  tierIn(who: WebSession, run: Run): Promise<Tier | null>;
  /** Who asks, with the role that GitHub gives at this moment; null where they have no say at all. */
  actorFor(who: WebSession, run: Run, cause: string): Promise<Actor | null>;
};

type Options = { database: Database; people: People | null; now: () => number };

const MINUTE_MS = 60_000;
const MOST_REPOSITORIES = 200;
const AT_ONCE = 8;

/** Looking is allowed by a role of the last minute, acting only by one of this moment. */
export function createAuthority({ database, people, now }: Options): Authority {
  const roles = remember<Role>({ ttlMs: MINUTE_MS, most: 10_000, now });
  const control = remember<KnownRepository | null>({ ttlMs: 5 * MINUTE_MS, most: 1, now });
  const findControl = () => control("control", () => people?.findControl() ?? Promise.resolve(null));
  const roleOf = (repository: KnownRepository, login: string): Promise<Role> =>
    roles(`${repository.repositoryId} ${login.toLowerCase()}`, () => askRole(people, repository, login));
  const place = (run: Run) => (run.mode === "fork" ? findControl() : Promise.resolve(ownPlace(run)));
  const tierIn = async (who: WebSession, run: Run): Promise<Tier | null> => {
    if (who.kind === "operator") return "admin";
    const repository = await place(run);
    return repository && (await tierBy(roleOf(repository, who.login)));
  };
  return {
    async scopeOf(who) {
      if (who.kind === "operator") return { all: true };
      const seen = await filterSome(await listRepositories(database.knex, MOST_REPOSITORIES), (repository) =>
        mayLook(roleOf(repository, who.login)),
      );
      const from = await findControl().catch(() => null);
      const forks = from !== null && (await mayLook(roleOf(from, who.login)));
      return { all: false, repositoryIds: seen.map(({ repositoryId }) => repositoryId), forks };
    },
    maySee: async (who, run) => (await tierIn(who, run)) !== null,
    tierIn,
    async actorFor(who, run, cause) {
      if (who.kind === "operator") return { via: "cli", user: who.login, cause };
      const repository = await place(run);
      if (repository === null) return null;
      const role = await askRole(people, repository, who.login);
      const actor = { via: "github", login: who.login, role, cause } as const;
      return { ...actor, repositoryId: repository.repositoryId, inControl: run.mode === "fork" };
    },
  };
}

async function askRole(people: People | null, repository: KnownRepository, login: string): Promise<Role> {
  return people === null ? "none" : people.roleOf(repository, login);
}

function ownPlace({ owner, repo, repositoryId, installationId }: Run): KnownRepository | null {
  return repositoryId === null || installationId === null
    ? null
    : { owner, repo, repositoryId, installationId };
}

/** Where GitHub does not answer nobody may look: what cannot be asked is not granted. */
async function tierBy(asked: Promise<Role>): Promise<Tier | null> {
  const role = await asked.catch(() => "none" as const);
  return tierOf({ via: "github", login: "", role, repositoryId: 0, cause: "" });
}

async function mayLook(asked: Promise<Role>): Promise<boolean> {
  return (await tierBy(asked)) !== null;
}

/** A few questions at a time. */
async function filterSome<T>(all: readonly T[], holds: (one: T) => Promise<boolean>): Promise<T[]> {
  const kept: T[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    const answers = await Promise.all(some.map(holds));
    kept.push(...some.filter((_, index) => answers[index]));
  }
  return kept;
}
