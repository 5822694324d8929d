/**
 * A Kafka client of a few requests in old versions, written by hand from the protocol's guide: it holds thousands of connections,
 * sends what no client would, and owes nothing to the codec under test.
 *
 * @module
 */

import { batchesIn } from "../../../storage/record/memory_records.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes a request's fields one after the other. */
class Fields {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  #room(size: number): number {
    if (this.#at + size > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.#at + size));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    const at = this.#at;
    this.#at += size;
    return at;
  }

  int8(value: number): this {
    const at = this.#room(1);
    this.#view.setInt8(at, value);
    return this;
  }

  int16(value: number): this {
    const at = this.#room(2);
    this.#view.setInt16(at, value);
    return this;
  }

  int32(value: number): this {
    const at = this.#room(4);
    this.#view.setInt32(at, value);
    return this;
  }

  int64(value: number): this {
    const at = this.#room(8);
    this.#view.setBigInt64(at, BigInt(value));
    return this;
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const bytes = encoder.encode(value);
    return this.int16(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length);
    items.forEach(write);
    return this;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }
}

/** Reads an answer's fields one after the other. */
class Answer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 4;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  #step(size: number): number {
    this.#at += size;
    return this.#at - size;
  }

  int16 = (): number => this.#view.getInt16(this.#step(2));
  int32 = (): number => this.#view.getInt32(this.#step(4));
  int64 = (): number => Number(this.#view.getBigInt64(this.#step(8)));
  bytes(size: number): Uint8Array {
    const at = this.#step(size);
    return this.#bytes.subarray(at, at + size);
  }
  string(): string | null {
    const size = this.int16();
    return size < 0 ? null : decoder.decode(this.bytes(size));
  }
  array<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read);
  }
}

/** What a fetch of one partition gave. */
export interface Fetched {
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly records: readonly { readonly offset: number; readonly value: string | null }[];
}

/** A partition of a topic. */
export interface PartitionAt {
  readonly topic: string;
  readonly partition: number;
}

/** No error. */
export const NONE = 0;
/** The disk of the partition is full or broken. */
export const KAFKA_STORAGE_ERROR = 56;

/** UNKNOWN_TOPIC_OR_PARTITION, LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER. */
const NO_LEADER_YET: ReadonlySet<number> = new Set([3, 5, 6]);

/** One batch of text values. */
export function textBatch(values: readonly string[]): Uint8Array {
  return buildBatch(
    values.map((value) => ({ key: null, value: encoder.encode(value), timestamp: Date.now() })),
  );
}

/** A connection; requests may be on their way together, answers come in their order. */
export class RawClient implements Disposable {
  readonly #connection: Deno.Conn;
  #waiting: PromiseWithResolvers<Uint8Array>[] = [];
  #correlationId = 0;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
    this.#readAnswers();
  }

  /** Connects to `host:port`. */
  static async connect(bootstrap: string): Promise<RawClient> {
    return new RawClient(await connectTo(bootstrap));
  }

  async #readAnswers(): Promise<void> {
    let error: unknown = new Error("the connection was closed");
    try {
      for (let size = await this.#readExactly(4); size !== undefined;) {
        const answer = await this.#readExactly(new DataView(size.buffer).getInt32(0));
        if (answer === undefined) break;
        this.#waiting.shift()!.resolve(answer);
        size = await this.#readExactly(4);
      }
    } catch (failure) {
      error = failure;
    }
    for (const each of this.#waiting) each.reject(error);
    this.#waiting = [];
  }

  async #readExactly(size: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      const count = await this.#connection.read(bytes.subarray(at));
      if (count === null) return undefined;
      at += count;
    }
    return bytes;
  }

  async #ask(key: number, version: number, write: (fields: Fields) => void): Promise<Answer> {
    const frame = requestFrame(key, version, ++this.#correlationId, write);
    const answer = Promise.withResolvers<Uint8Array>();
    this.#waiting.push(answer);
    this.#writing = this.#writing.then(() => writeAll(this.#connection, frame));
    this.#writing.catch(answer.reject);
    return new Answer(await answer.promise);
  }

  /** How many APIs the broker announces. */
  async apiVersions(): Promise<number> {
    const answer = await this.#ask(18, 0, () => {});
    answer.int16();
    return answer.array(() => [answer.int16(), answer.int16(), answer.int16()]).length;
  }

  /** Makes topics; gives the error code of each. */
  async createTopics(
    names: readonly string[],
    partitions: number,
    configs: Readonly<Record<string, string>> = {},
  ): Promise<number[]> {
    const answer = await this.#ask(19, 2, (fields) => {
      fields.array(names, (name) => {
        fields.string(name).int32(partitions).int16(1).int32(0)
          .array(Object.entries(configs), ([key, value]) => fields.string(key).string(value));
      }).int32(60_000).int8(0);
    });
    answer.int32();
    return answer.array(() => {
      answer.string();
      const code = answer.int16();
      answer.string();
      return code;
    });
  }

  /** Deletes topics; gives the error code of each. */
  async deleteTopics(names: readonly string[]): Promise<number[]> {
    const answer = await this.#ask(20, 1, (fields) => {
      fields.array(names, (name) => fields.string(name)).int32(60_000);
    });
    answer.int32(); // throttle time
    return answer.array(() => {
      answer.string();
      return answer.int16();
    });
  }

  /** Gives a topic more partitions, by CreatePartitions version 0. Returns the error code. */
  async createPartitions(topic: string, count: number): Promise<number> {
    const answer = await this.#ask(37, 0, (fields) => {
      fields.array([topic], (name) => fields.string(name).int32(count).int32(-1));
      fields.int32(30_000).int8(0);
    });
    answer.int32(); // throttle time
    const [code] = answer.array(() => {
      answer.string();
      const error = answer.int16();
      answer.string();
      return error;
    });
    return code!;
  }

  /** Appends a batch; gives the error code and the offset of its first record. */
  async produce(
    { topic, partition }: PartitionAt,
    acks: number,
    batch: Uint8Array,
    transactionalId: string | null = null,
  ): Promise<{ errorCode: number; baseOffset: number }> {
    const answer = await this.#ask(0, 3, (fields) => {
      fields.string(transactionalId).int16(acks).int32(30_000).int32(1).string(topic)
        .int32(1).int32(partition).int32(batch.length).raw(batch);
    });
    answer.int32();
    answer.string();
    answer.int32();
    answer.int32();
    return { errorCode: answer.int16(), baseOffset: answer.int64() };
  }

  /** Appends a batch with acks=all; waits for a leader, which a broker that has just started may lack. */
  async produceAll(at: PartitionAt, batch: Uint8Array): Promise<void> {
    for (let attempt = 0;; attempt++) {
      const { errorCode } = await this.produce(at, -1, batch);
      if (errorCode === NONE) return;
      if (!NO_LEADER_YET.has(errorCode) || attempt === 200) {
        throw new Error(`produce to ${at.topic}-${at.partition}: ${errorCode}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Reads from an offset on, text values. */
  async fetch(
    at: PartitionAt,
    offset: number,
    limits: FetchLimits = {},
  ): Promise<Fetched> {
    const answer = await this.#ask(1, 4, (fields) => writeFetch(fields, at, offset, limits));
    for (let i = 0; i < 2; i++) answer.int32();
    answer.string();
    for (let i = 0; i < 2; i++) answer.int32();
    const errorCode = answer.int16(), highWatermark = answer.int64();
    answer.int64();
    answer.array(() => [answer.int64(), answer.int64()]);
    const bytes = answer.bytes(Math.max(0, answer.int32()));
    const records: { offset: number; value: string | null }[] = [];
    for (const batch of batchesIn(bytes)) {
      for (const record of batch.records()) {
        const value = record.value === null ? null : decoder.decode(record.value);
        if (record.offset >= offset) records.push({ offset: record.offset, value });
      }
    }
    return { errorCode, highWatermark, records };
  }

  /** Reads all of a partition up to its high watermark; waits for a leader, which a broker that has just started may lack. */
  async fetchAll(at: PartitionAt): Promise<string[]> {
    const values: string[] = [];
    for (let attempt = 0;; attempt++) {
      const { errorCode, highWatermark, records } = await this.fetch(at, values.length);
      if (NO_LEADER_YET.has(errorCode) && attempt < 200) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      if (errorCode !== NONE) throw new Error(`fetch of ${at.topic}-${at.partition}: ${errorCode}`);
      values.push(...records.map(({ value }) => value ?? "null"));
      if (values.length >= highWatermark) return values;
    }
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch {
      // The other side was first.
    }
  }
}

/** Bounds of a fetch. */
export interface FetchLimits {
  readonly maxWaitMs?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
}

function writeFetch(
  fields: Fields,
  { topic, partition }: PartitionAt,
  offset: number,
  { maxWaitMs = 500, minBytes = 1, maxBytes = 1 << 20 }: FetchLimits,
): void {
  fields.int32(-1).int32(maxWaitMs).int32(minBytes).int32(maxBytes).int8(0).int32(1).string(topic)
    .int32(1).int32(partition).int64(offset).int32(maxBytes);
}

/** A fetch request's frame. */
export function fetchFrame(at: PartitionAt, offset: number, limits: FetchLimits): Uint8Array {
  return requestFrame(1, 4, 1, (fields) => writeFetch(fields, at, offset, limits));
}

/** A whole frame, its length first. */
export function requestFrame(
  key: number,
  version: number,
  correlationId: number,
  write: (fields: Fields) => void,
): Uint8Array {
  const fields = new Fields().int32(0).int16(key).int16(version).int32(correlationId).string("raw");
  write(fields);
  const { bytes } = fields;
  new DataView(bytes.buffer).setInt32(0, bytes.length - 4);
  return bytes;
}

/** Opens a bare connection. */
export function connectTo(bootstrap: string): Promise<Deno.TcpConn> {
  const [hostname, port] = bootstrap.split(":") as [string, string];
  return Deno.connect({ hostname, port: Number(port) });
}

/** Writes all of some bytes. */
export async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}
