/**
 * Who hands a batch to a log. As `org.apache.kafka.storage.internals.log.AppendOrigin`.
 *
 * @module
 */

/**
 * Who hands a batch to a log, which decides how much of it is checked:
 *
 * - `"client"`: a producer; everything is checked.
 * - `"coordinator"`: the group or transaction coordinator; epochs are checked, sequences are not, control batches pass.
 * - `"replication"`: the partition's leader, which has checked the batch before.
 * - `"raft_leader"`: the leader of a KRaft quorum.
 */
export type AppendOrigin = "replication" | "coordinator" | "client" | "raft_leader";
