/**
 * Which partition of a coordinator's topic has a key.
 *
 * @module
 */

/** Java's `String.hashCode`: of the text's UTF-16 units, in 32 bits. */
export function javaStringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The partition of a group's or a transaction's id, of `partitions`: what all brokers and clients of a cluster must agree on. */
export function coordinatorPartition(key: string, partitions: number): number {
  // The smallest number has no positive counterpart; Kafka takes 0 for it.
  const hash = javaStringHash(key);
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % partitions;
}
