/**
 * What a client may do, as answers tell it (KIP-430).
 *
 * @module
 */

/** Something that can be done to a resource, by Kafka's name. */
export type AclOperation = (typeof ACL_OPERATIONS)[number];

/** Operations by their numbers. */
export const ACL_OPERATIONS = [
  "UNKNOWN",
  "ANY",
  "ALL",
  "READ",
  "WRITE",
  "CREATE",
  "DELETE",
  "ALTER",
  "DESCRIBE",
  "CLUSTER_ACTION",
  "DESCRIBE_CONFIGS",
  "ALTER_CONFIGS",
  "IDEMPOTENT_WRITE",
  "CREATE_TOKENS",
  "DESCRIBE_TOKENS",
  "TWO_PHASE_COMMIT",
] as const;

const FIRST_REAL = ACL_OPERATIONS.indexOf("READ");
const NOT_TOLD = -0x8000_0000;

/** The operations of a bit field; `undefined` when it was not asked for, or not told. */
export function authorizedOperations(bits: number): ReadonlySet<AclOperation> | undefined {
  if (bits === NOT_TOLD) return undefined;
  return new Set(
    ACL_OPERATIONS.filter((_, bit) => bit >= FIRST_REAL && (bits & (1 << bit)) !== 0),
  );
}
