import knex, { type Knex } from "knex";

/** A statement that takes longer is stopped by the server, and one that is not answered at all by us. */
const STATEMENT_MS = 8_000;
const ANSWER_MS = 10_000;
/** A transaction of a process that can no longer be reached holds its locks no longer than this. */
const IDLE_MS = 15_000;
const CONNECT_MS = 5_000;

export type PostgresSettings = Pick<Knex.Config, "client" | "connection" | "pool">;

/**
 * Connections that notice when nobody is there any more: a broken line often looks like a slow answer, for ever.
 * `patient` is for changes of the schema, which take as long as they take.
 */
export function postgresSettings(
  connectionString: string,
  { patient }: { patient: boolean },
): PostgresSettings {
  const connection = {
    ...{ connectionString, application_name: "agentpr" },
    ...{ keepAlive: true, keepAliveInitialDelayMillis: CONNECT_MS, connectionTimeoutMillis: CONNECT_MS },
  };
  const pool = { min: 0, max: 12 };
  if (patient) return { client: "pg", connection, pool: { ...pool, afterCreate: readNumbers } };
  return {
    client: answeringClient(),
    connection,
    pool: { ...pool, createTimeoutMillis: ANSWER_MS, afterCreate: limitStatements },
  };
}

type Connection = {
  setTypeParser(oid: number, parse: (text: string) => unknown): void;
  query(sql: string, done: (error: Error | null) => void): void;
  connection: { stream: { destroy(): void } };
};

type Created = (error: Error | null, connection: Connection) => void;

/** bigint, the type of every moment and count here; none of ours is beyond what a number holds. */
const INT8 = 20;

function readNumbers(connection: Connection, done: Created): void {
  connection.setTypeParser(INT8, Number);
  done(null, connection);
}

/** Said by us and not among the parameters of the connection, which poolers in between may refuse. */
function limitStatements(connection: Connection, done: Created): void {
  const limits = `set statement_timeout = ${STATEMENT_MS}; set idle_in_transaction_session_timeout = ${IDLE_MS}`;
  connection.query(limits, (error) => (error ? done(error, connection) : readNumbers(connection, done)));
}

type Client = new (
  config: Knex.Config,
) => Knex.Client & {
  _query(connection: Connection, query: unknown): Promise<unknown>;
  acquireRawConnection(): Promise<Connection>;
  validateConnection(connection: Connection): Promise<boolean>;
  destroyRawConnection(connection: Connection): Promise<void>;
};

/** Where one connection is dead, those that have not answered since are no longer used either. */
function answeringClient(): typeof Knex.Client {
  const probe = knex({ client: "pg" });
  const Base = probe.client.constructor as Client;
  void probe.destroy();
  const answeredAt = new WeakMap<Connection, number>();
  let silentAt = Number.NEGATIVE_INFINITY;
  const isTrusted = (connection: Connection) => (answeredAt.get(connection) ?? 0) > silentAt;
  class AnsweringPostgres extends Base {
    override async _query(connection: Connection, query: unknown): Promise<unknown> {
      const asked = performance.now();
      const silence = setTimeout(() => {
        silentAt = performance.now();
        answeredAt.set(connection, asked);
        connection.connection.stream.destroy();
      }, ANSWER_MS);
      try {
        const answer = await super._query(connection, query);
        answeredAt.set(connection, performance.now());
        return answer;
      } finally {
        clearTimeout(silence);
      }
    }
    override async acquireRawConnection(): Promise<Connection> {
      const connection = await super.acquireRawConnection();
      answeredAt.set(connection, performance.now());
      return connection;
    }
    override async validateConnection(connection: Connection): Promise<boolean> {
      return isTrusted(connection) && (await super.validateConnection(connection));
    }
    override async destroyRawConnection(connection: Connection): Promise<void> {
      // Saying goodbye would wait for an answer, too.
      if (isTrusted(connection)) await super.destroyRawConnection(connection);
      else connection.connection.stream.destroy();
    }
  }
  return AnsweringPostgres as unknown as typeof Knex.Client;
}
