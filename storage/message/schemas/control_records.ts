/**
 * Values of the control records of a KRaft log (KIP-595, KIP-630, KIP-853).
 *
 * @module
 */

import { lazySchemas, type SchemaSource } from "../message_schema.ts";

/** The schemas below, parsed on the first call. */
export const controlRecordSchemas: SchemaSource = lazySchemas(`
@LeaderChangeMessage - 0-1 flexible 0+
version int16
leaderId int32
voters []Voter
  voterId int32
  voterDirectoryId uuid 1+
grantingVoters []Voter
  voterId int32
  voterDirectoryId uuid 1+

@SnapshotHeaderRecord - 0 flexible 0+
version int16
lastContainedLogTimestamp int64

@SnapshotFooterRecord - 0 flexible 0+
version int16

@KRaftVersionRecord - 0 flexible 0+
version int16
kRaftVersion int16

@VotersRecord - 0 flexible 0+
version int16
voters []Voter
  voterId int32
  voterDirectoryId uuid
  endpoints []Endpoint
    name string
    host string
    port uint16
  kRaftVersionFeature KRaftVersionFeature
    minSupportedVersion int16
    maxSupportedVersion int16
`);
