/** What must hold of a quorum, whatever happens to it. Whatever breaks it throws at the next look. */

import { assert, assertEquals } from "@std/assert";
import type { CommittedBatch, LeaderAndEpoch } from "../../cluster/raft/raft_listener.ts";
import type { RaftFailure, RaftRequest, RaftResponse } from "../../cluster/raft/raft_message.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { readWholeFile } from "../../storage/file/file_system.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { RecordBatch } from "../../storage/record/record_batch.ts";
import type { Eavesdropper } from "./quorum_network.ts";

const text = new TextDecoder();

/** A record of the log, and where it is. */
export interface AppliedRecord {
  readonly offset: number;
  readonly value: string;
}

/** One history's checks. */
export class QuorumChecks implements Eavesdropper {
  /** The first thing that was broken. */
  broken: Error | undefined;
  readonly #leaders = new Map<number, number>();
  readonly #lives = new Map<number, number>();
  readonly #votes = new Map<string, number>();
  /** By base offset: last offset, epoch and records. */
  readonly #committed = new Map<number, string>();
  /** By epoch, as its leader has told it. */
  readonly #highWatermarks = new Map<number, number>();
  /** Parts of snapshots that were sent. */
  snapshotParts = 0;
  /** What was told to be committed, by offset. */
  readonly acknowledged = new Map<number, string>();

  /** Throws what was broken. */
  look(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  asked(from: number, life: number, request: RaftRequest): void {
    this.#check(() => {
      if (request.type === "begin_quorum_epoch") {
        this.#leads(request.epoch, request.leaderId);
        this.#once(this.#lives, request.epoch, life, `lives of the leader of ${request.epoch}`);
      }
      if (request.type === "vote" && !request.preVote) this.#voted(from, request.epoch, from);
    });
  }

  answered(node: number, request: RaftRequest, response: RaftResponse | RaftFailure): void {
    this.#check(() => {
      if (request.type === "vote" && response.type === "vote") {
        if (response.voteGranted && !request.preVote) {
          this.#voted(node, request.epoch, request.candidate.id);
        }
      }
      if (response.type === "failure") return;
      if (response.type === "fetch_snapshot" && response.bytes.length > 0) this.snapshotParts++;
      if (response.leaderId !== undefined) this.#leads(response.epoch, response.leaderId);
      if (response.type === "fetch" && response.error === "NONE") {
        this.#told(response.epoch, response.highWatermark ?? -1);
      }
    });
  }

  /** A listener was told who leads. */
  leaderChanged({ leaderId, epoch }: LeaderAndEpoch): void {
    this.#check(() => {
      if (leaderId !== undefined) this.#leads(epoch, leaderId);
    });
  }

  /** A listener was told of a batch. */
  committed(node: number, batch: CommittedBatch, expectedOffset: number): void {
    this.#check(() => {
      const { baseOffset, lastOffset, epoch, records } = batch;
      assertEquals(baseOffset, expectedOffset, `node ${node} is told of batches in order`);
      const told = `${lastOffset} ${epoch} ${records.map((value) => text.decode(value)).join()}`;
      const before = this.#committed.get(baseOffset) ?? told;
      assertEquals(told, before, `committed at ${baseOffset}, as node ${node} has it`);
      this.#committed.set(baseOffset, told);
    });
  }

  /** A listener was told of all that there was up to an offset. */
  restored(node: number, records: readonly AppliedRecord[]): void {
    this.#check(() => {
      for (const { offset, value } of records) {
        const acknowledged = this.acknowledged.get(offset) ?? value;
        assertEquals(value, acknowledged, `in the snapshot of node ${node} at ${offset}`);
      }
    });
  }

  /** A high watermark goes up only, as long as a node lives. */
  rising(node: number, before: number, now: number): void {
    this.#check(() => assert(now >= before, `high watermark of ${node}: ${before} -> ${now}`));
  }

  /** What was acknowledged is there, in its place. */
  has(node: number, records: readonly AppliedRecord[]): void {
    const found = new Map(records.map(({ offset, value }) => [offset, value]));
    for (const [offset, value] of this.acknowledged) {
      assertEquals(found.get(offset), value, `acknowledged, and at ${offset} of node ${node}`);
    }
  }

  /** Where two logs have a batch of the same epoch in the same place, they are the same up to there. */
  matching(logs: readonly (readonly [number, Log])[]): void {
    for (const [i, [nodeA, a]] of logs.entries()) {
      for (const [nodeB, b] of logs.slice(i + 1)) {
        let agree = false;
        for (const offset of [...a.keys()].reverse()) {
          const there = b.get(offset);
          const here = a.get(offset)!;
          if (there === undefined) {
            // Either is cut off by a snapshot below, or ends above.
            assert(!agree || offset < firstOf(b), `logs of ${nodeA} and ${nodeB} at ${offset}`);
            continue;
          }
          if (here.epoch === there.epoch) agree = true;
          if (agree) assertEquals(here, there, `logs of ${nodeA} and ${nodeB} at ${offset}`);
        }
      }
    }
  }

  #leads(epoch: number, leaderId: number): void {
    this.#once(this.#leaders, epoch, leaderId, `leaders of epoch ${epoch}`);
  }

  #voted(node: number, epoch: number, candidate: number): void {
    this.#once(this.#votes, `${node} ${epoch}`, candidate, `votes of ${node} in epoch ${epoch}`);
  }

  #once<K, V>(map: Map<K, V>, key: K, value: V, what: string): void {
    assertEquals(value, map.get(key) ?? value, what);
    map.set(key, value);
  }

  #told(epoch: number, highWatermark: number): void {
    if (highWatermark < 0) return;
    for (const [other, mark] of this.#highWatermarks) {
      if (other < epoch) {
        assert(mark <= highWatermark, `${highWatermark} in ${epoch} after ${mark} in ${other}`);
      }
    }
    const before = this.#highWatermarks.get(epoch) ?? -1;
    this.#highWatermarks.set(epoch, Math.max(before, highWatermark));
  }

  #check(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.broken ??= error as Error;
    }
  }
}

/** The batches of a log, by base offset, ascending. */
export type Log = ReadonlyMap<number, { readonly epoch: number; readonly crc: number }>;

function firstOf(log: Log): number {
  return log.keys().next().value ?? Infinity;
}

/** Reads the log in a directory as a process would see it. */
export function readLog(fileSystem: FileSystem, directory: string): Log {
  const log = new Map<number, { epoch: number; crc: number }>();
  const names = fileSystem.list(directory).map(({ name }) => name)
    .filter((name) => name.endsWith(".log")).sort();
  for (const name of names) {
    for (const batch of batchesIn(readWholeFile(fileSystem, `${directory}/${name}`))) {
      if (!(batch instanceof RecordBatch)) continue;
      log.set(batch.baseOffset, { epoch: batch.partitionLeaderEpoch, crc: batch.checksum });
    }
  }
  return log;
}
