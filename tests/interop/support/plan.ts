/**
 * What every client is asked to do against a broker: a plan of steps, written here once and carried out by a small program per
 * client (`clients/`), which prints a result a step as one JSON array. The tests know what the results must be.
 *
 * @module
 */

/** A record to produce; bytes are base64. */
export interface PlanRecord {
  readonly k: string | null;
  readonly v: string | null;
  readonly h: readonly (readonly [string, string | null])[];
  readonly t: number;
}

/** Where a step looks. */
interface At {
  readonly topic: string;
  readonly partition: number;
}

/** `compression.type` of a producer. */
export type Codec = "none" | "gzip" | "snappy" | "lz4" | "zstd";

/** One thing to do. */
export type Step =
  | {
    readonly op: "createTopic";
    readonly topic: string;
    readonly partitions: number;
    readonly configs: Readonly<Record<string, string>>;
  }
  | { readonly op: "deleteTopic" | "partitions"; readonly topic: string }
  /** Asked again for up to ten seconds while it has that one: a deleted topic may be seen a moment longer. */
  | { readonly op: "topics"; readonly without?: string }
  | At & {
    readonly op: "produce";
    readonly codec: Codec;
    readonly acks: "0" | "1" | "all";
    readonly idempotent: boolean;
    readonly records: readonly PlanRecord[];
    /** As many records with values r0, r1, … and neither key nor headers, after the others. */
    readonly generate?: number;
  }
  | At & { readonly op: "fetch"; readonly from: number | "earliest"; readonly count: number }
  | At & { readonly op: "offsets" }
  | At & { readonly op: "offsetForTime"; readonly time: number };

/** A record that was fetched: offset, timestamp, key, value, headers. */
export type FetchedRecord = [
  offset: number,
  timestamp: number,
  key: string | null,
  value: string | null,
  headers: [string, string | null][],
];

/** What a step gave. */
export interface StepResult {
  readonly topics?: readonly string[];
  readonly partitions?: number;
  readonly baseOffset?: number;
  readonly earliest?: number;
  readonly latest?: number;
  readonly offset?: number;
  readonly records?: readonly FetchedRecord[];
}

const encoder = new TextEncoder();

/** Bytes as a plan has them. */
export function base64(value: string | Uint8Array | null): string | null {
  if (value === null) return null;
  return (typeof value === "string" ? encoder.encode(value) : value).toBase64();
}

/** What a client must read of some records that it produced from `offset` on. */
export function fetchedFrom(offset: number, records: readonly PlanRecord[]): FetchedRecord[] {
  return records.map(({ k, v, h, t }, i) => [
    offset + i,
    t,
    k,
    v,
    h.map(([name, value]) => [name, value]),
  ]);
}
