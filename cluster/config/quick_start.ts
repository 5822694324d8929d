/**
 * A node for those who have not said what they want.
 *
 * @module
 */

/** What may be said all the same. */
export interface QuickStartOptions {
  /** Where the data goes. Default: `./data`. */
  readonly dir?: string;
  /** Default: 9092; 0 for any that is free. */
  readonly port?: number;
  /** Default: `localhost`. */
  readonly host?: string;
}

/** What one node alone has to be told about topics that come later: it has no room for more replicas. */
export const ONE_REPLICA_PROPERTIES: Readonly<Record<string, string>> = {
  "offsets.topic.replication.factor": "1",
  "transaction.state.log.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
};

/** Properties of a node that is a whole cluster: broker, and the controller's only voter. */
export function quickStartProperties(options: QuickStartOptions = {}): Record<string, string> {
  const { dir = "./data", port = 9092, host = "localhost" } = options;
  return {
    "process.roles": "broker,controller",
    "node.id": "1",
    "listeners": `PLAINTEXT://${host.includes(":") ? `[${host}]` : host}:${port}`,
    "log.dirs": dir,
    ...ONE_REPLICA_PROPERTIES,
  };
}
