/**
 * Metadata records of access control, credentials and tokens. Their tables are in `storage/message/schemas/cluster_metadata.ts`.
 *
 * @module
 */

/** An access control entry is added. */
export interface AccessControlEntryRecord {
  /** Id of the entry. */
  readonly id: string;
  /** Type of the resource: 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user. */
  readonly resourceType: number;
  /** Name of the resource. */
  readonly resourceName: string;
  /** How the name is meant: 3 literal, 4 prefix. */
  readonly patternType: number;
  /** Principal of the entry, with its type. */
  readonly principal: string;
  /** Host the entry is for; `*` for any. */
  readonly host: string;
  /** Operation, by its ACL code. */
  readonly operation: number;
  /** 2 deny, 3 allow; 1 any, in filters. */
  readonly permissionType: number;
}

/** An access control entry is removed. */
export interface RemoveAccessControlEntryRecord {
  /** Id of the entry. */
  readonly id: string;
}

/** A SCRAM credential is set. */
export interface UserScramCredentialRecord {
  /** Name of the user. */
  readonly name: string;
  /** SCRAM mechanism: 1 SHA-256, 2 SHA-512. */
  readonly mechanism: number;
  /** Salt of the password. */
  readonly salt: Uint8Array;
  /** Key that proves the client. */
  readonly storedKey: Uint8Array;
  /** Key that proves the server. */
  readonly serverKey: Uint8Array;
  /** How often the password was hashed. */
  readonly iterations: number;
}

/** A SCRAM credential is removed. */
export interface RemoveUserScramCredentialRecord {
  /** Name of the user. */
  readonly name: string;
  /** SCRAM mechanism: 1 SHA-256, 2 SHA-512. */
  readonly mechanism: number;
}

/** A delegation token is made or changed. */
export interface DelegationTokenRecord {
  /** Owner of the token. */
  readonly owner: string;
  /** Principal that asked for the token. */
  readonly requester: string;
  /** Principals that may renew the token. */
  readonly renewers: readonly string[];
  /** When the token was made, in ms. */
  readonly issueTimestamp: number;
  /** Until when the token may be renewed, in ms. */
  readonly maxTimestamp: number;
  /** When the token ends, in ms. */
  readonly expirationTimestamp: number;
  /** Id of the token. */
  readonly tokenId: string;
}

/** A delegation token is removed. */
export interface RemoveDelegationTokenRecord {
  /** Id of the token. */
  readonly tokenId: string;
}
