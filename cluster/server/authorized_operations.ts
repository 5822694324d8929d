/**
 * What a client may do with something, as answers tell it: a bit for each operation, by its number.
 *
 * @module
 */

/** Kafka's operations, by the names and numbers of ACLs. */
const OPERATIONS = {
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
} as const;

/** Tells that nobody asked. */
export const OPERATIONS_NOT_ASKED: number = -(2 ** 31);

/** All that can be done with each kind of thing. Without an authorizer everybody may do all of it. */
export const ALL_OPERATIONS: {
  /** A topic. */
  readonly topic: number;
  /** A group. */
  readonly group: number;
  /** The cluster. */
  readonly cluster: number;
} = {
  topic: bits(
    "READ",
    "WRITE",
    "CREATE",
    "DESCRIBE",
    "DELETE",
    "ALTER",
    "DESCRIBE_CONFIGS",
    "ALTER_CONFIGS",
  ),
  group: bits("READ", "DESCRIBE", "DELETE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"),
  cluster: bits(
    "CREATE",
    "CLUSTER_ACTION",
    "DESCRIBE_CONFIGS",
    "ALTER_CONFIGS",
    "IDEMPOTENT_WRITE",
    "ALTER",
    "DESCRIBE",
  ),
};

function bits(...operations: readonly (keyof typeof OPERATIONS)[]): number {
  return operations.reduce((set, operation) => set | (1 << OPERATIONS[operation]), 0);
}
