/**
 * What is fuzzed. A target takes a seed, makes its input of it, and throws when the engine does something that it must not: an
 * error that is not a `StorageError`, an answer that is wrong, memory without bound. What hangs is found by the watchdog
 * of `main.ts` and by the time limit of the smoke test.
 */

import { assert, assertEquals } from "@std/assert";
import { dumpLogTool as dumpLog } from "../../storage/cli/dump_log.ts";
import { logTool } from "../../storage/cli/log_tool.ts";
import { StorageError } from "../../storage/errors.ts";
import { CleanShutdownFile } from "../../storage/file/clean_shutdown_file.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { readWholeFile } from "../../storage/file/file_system.ts";
import { LeaderEpochCheckpointFile } from "../../storage/file/leader_epoch_checkpoint_file.ts";
import { MetaPropertiesFile } from "../../storage/file/meta_properties_file.ts";
import { OffsetCheckpointFile } from "../../storage/file/offset_checkpoint_file.ts";
import { PartitionMetadataFile } from "../../storage/file/partition_metadata_file.ts";
import { parseLogConfig, TOPIC_CONFIGS } from "../../storage/log/config/log_config.ts";
import { PartitionLog } from "../../storage/log/partition_log.ts";
import { decodeProducerSnapshot } from "../../storage/log/producer/producer_snapshot.ts";
import { compress, type CompressionType, decompress } from "../../storage/record/compression.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { buildBatch } from "../../storage/record/record_batch_builder.ts";
import { OffsetIndex } from "../../storage/segment/offset_index.ts";
import { TimeIndex } from "../../storage/segment/time_index.ts";
import { TransactionIndex } from "../../storage/segment/transaction_index.ts";
import { manualEnv, SeededRandom } from "../support/manual_env.ts";
import { batchOf, loadDirectory, writeWholeFile } from "../support/partition_log.ts";
import { brokerTargets } from "./broker_targets.ts";
import { mutate } from "./mutation.ts";
import { networkTargets } from "./network_targets.ts";
import { protocolTargets } from "./protocol_targets.ts";

/** Runs one input. */
export type Target = (seed: number) => void | Promise<void>;

const fixtures = new URL("../fixtures/broker/", import.meta.url);
const codecs = ["gzip", "snappy", "lz4", "zstd"] as const satisfies readonly CompressionType[];
const outputLimit = 1 << 20;

/** Runs what may refuse its input, as long as it does so with an error that a caller is told about. */
function mayRefuse(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
}

const fixtureBytes = new Map<string, Uint8Array>();

function fixture(path: string): Uint8Array {
  let bytes = fixtureBytes.get(path);
  if (bytes === undefined) {
    fixtureBytes.set(path, bytes = Deno.readFileSync(new URL(path, fixtures)));
  }
  return bytes;
}

function walk(bytes: Uint8Array): void {
  for (const batch of batchesIn(bytes)) {
    mayRefuse(() => {
      batch.ensureValid();
      let count = 0;
      for (const record of batch.records({ maxBytes: outputLimit })) {
        assert((record.key?.length ?? -1) === record.keySize);
        assert((record.value?.length ?? -1) === record.valueSize);
        for (const { key } of record.headers) assert(key.length >= 0);
        count++;
      }
      assert(count <= bytes.length + outputLimit, "more records than bytes");
    });
  }
}

function withFile(bytes: Uint8Array, use: (fileSystem: FileSystem, path: string) => void): void {
  const { fileSystem } = manualEnv();
  fileSystem.makeDirectory("/fuzz");
  writeWholeFile(fileSystem, "/fuzz/file", bytes);
  mayRefuse(() => use(fileSystem, "/fuzz/file"));
}

const logFiles = [
  "plain-0/00000000000000000000.log",
  "packed-gzip-0/00000000000000000000.log",
  "packed-snappy-0/00000000000000000000.log",
  "packed-lz4-0/00000000000000000000.log",
  "packed-zstd-0/00000000000000000000.log",
  "mixed-0/00000000000000000000.log",
  "txn-0/00000000000000000055.log",
] as const;
const folders = ["plain-0", "txn-0", "multiseg-0", "compacted-0", "trimmed-0"] as const;

/** A folder that the real broker wrote, with some of its files damaged, renamed, doubled or gone. */
function damagedFolder(random: SeededRandom, fileSystem: FileSystem, target: string): void {
  loadDirectory(new URL(`${random.pick(folders)}/`, fixtures), fileSystem, target);
  for (let i = 0, times = 1 + random.below(3); i < times; i++) {
    const names = fileSystem.list(target).map(({ name }) => name);
    if (names.length === 0) return;
    const path = `${target}/${random.pick(names)}`;
    const bytes = readWholeFile(fileSystem, path);
    const kind = random.below(8);
    if (kind === 0) fileSystem.remove(path);
    else if (kind === 1) fileSystem.rename(path, `${path}${random.pick([".swap", ".cleaned"])}`);
    else if (kind === 2) writeWholeFile(fileSystem, `${target}/${random.pick(names)}`, bytes);
    else {
      fileSystem.remove(path);
      writeWholeFile(fileSystem, path, mutate(random, bytes));
    }
  }
}

/** @param recovered no offset of a damaged batch is left; those outside of the checksum are what nobody else would see */
function readAll(log: PartitionLog, recovered = true): void {
  const reads = 10_000;
  for (let offset = log.logStartOffset, i = 0; offset < log.logEndOffset; i++) {
    assert(i < reads, `reading does not get on at offset ${offset}`);
    const bytes = log.read(offset, {
      maxBytes: 1 << 16,
      isolation: "log_end",
      minOneMessage: true,
    }).bytes();
    let next = offset;
    for (const batch of batchesIn(bytes)) {
      for (const record of batch.records({ maxBytes: outputLimit })) {
        assert(record.offset >= 0 || !recovered, `offset ${record.offset}`);
      }
      next = batch.nextOffset;
    }
    if (next <= offset) return;
    offset = next;
  }
}

/** By name; the smoke test and `main.ts` run them all. */
export const targets: Readonly<Record<string, Target>> = {
  ...protocolTargets,
  ...networkTargets,
  ...brokerTargets,
  "random bytes as batches": (seed) => {
    const random = new SeededRandom(seed);
    mayRefuse(() => walk(random.bytes(random.below(300))));
  },
  "damaged batches": (seed) => {
    const random = new SeededRandom(seed);
    mayRefuse(() => walk(mutate(random, fixture(random.pick(logFiles)).slice(0, 20_000))));
  },
  "damaged batches with a right checksum": (seed) => {
    const random = new SeededRandom(seed);
    const codec = random.pick(["none", ...codecs] as const);
    const batch = buildBatch([{
      key: random.bytes(random.below(10)),
      value: random.bytes(random.below(100)),
      headers: [{ key: "h", value: random.bytes(3) }],
    }, { value: null }], { compression: { type: codec } });
    const damaged = mutate(random, batch);
    mayRefuse(() => {
      for (const each of batchesIn(damaged)) {
        for (const record of each.records({ maxBytes: outputLimit })) {
          assert((record.value?.length ?? -1) === record.valueSize);
          assert(record.headers.length <= damaged.length + outputLimit);
        }
      }
    });
  },
  "decompression": (seed) => {
    const random = new SeededRandom(seed);
    const codec = random.pick(codecs);
    const plain = random.chance(0.5)
      ? random.bytes(random.below(2000))
      : new Uint8Array(random.below(100_000));
    const packed = compress({ type: codec }, plain).slice();
    assertEquals(decompress(codec, packed, 0, packed.length, plain.length, 2), plain);
    const damaged = mutate(random, packed);
    mayRefuse(() => {
      const bytes = decompress(codec, damaged, 0, damaged.length, outputLimit, 2);
      assert(bytes.length <= outputLimit, `decompressed past the limit: ${bytes.length}`);
    });
  },
  "offset index": (seed) => {
    const random = new SeededRandom(seed);
    const bytes = mutate(random, fixture("multiseg-0/00000000000000000000.index"));
    withFile(bytes, (fileSystem, path) => {
      const index = new OffsetIndex({ fileSystem, path, baseOffset: 0 });
      index.sanityCheck();
      assert(index.lookup(random.below(300)).offset >= 0);
    });
  },
  "time index": (seed) => {
    const random = new SeededRandom(seed);
    const bytes = mutate(random, fixture("multiseg-0/00000000000000000000.timeindex"));
    withFile(bytes, (fileSystem, path) => {
      const index = new TimeIndex({ fileSystem, path, baseOffset: 0 });
      index.sanityCheck();
      assert(index.lookup(1_743_388_057_301 + random.below(100_000)).offset >= 0);
    });
  },
  "transaction index": (seed) => {
    const random = new SeededRandom(seed);
    const bytes = mutate(random, fixture("txn-0/00000000000000000055.txnindex"));
    withFile(bytes, (fileSystem, path) => {
      const index = new TransactionIndex({ fileSystem, path, baseOffset: 55 });
      index.sanityCheck();
      index.collectAbortedTxns(55, 300);
    });
  },
  "producer snapshot": (seed) => {
    const random = new SeededRandom(seed);
    const bytes = fixture("txn-0/00000000000000000283.snapshot");
    mayRefuse(() => decodeProducerSnapshot(mutate(random, bytes)));
  },
  "small files": (seed) => {
    const random = new SeededRandom(seed);
    const checkpoint = mutate(random, fixture("recovery-point-offset-checkpoint"));
    withFile(checkpoint, (fileSystem, path) => new OffsetCheckpointFile(fileSystem, path).read());
    const epochs = mutate(random, fixture("multiseg-0/leader-epoch-checkpoint"));
    withFile(epochs, (fileSystem, path) => new LeaderEpochCheckpointFile(fileSystem, path).read());
    const partition = mutate(random, fixture("plain-0/partition.metadata"));
    withFile(partition, (fileSystem, path) => new PartitionMetadataFile(fileSystem, path).read());
    withFile(mutate(random, fixture("meta.properties")), (fileSystem, path) => {
      fileSystem.rename(path, "/fuzz/meta.properties");
      new MetaPropertiesFile(fileSystem, "/fuzz").read();
    });
    withFile(mutate(random, fixture(".kafka_cleanshutdown")), (fileSystem, path) => {
      fileSystem.rename(path, "/fuzz/.kafka_cleanshutdown");
      new CleanShutdownFile(fileSystem, "/fuzz").read();
    });
  },
  "configs": (seed) => {
    const random = new SeededRandom(seed);
    const texts = [
      "",
      "-1",
      "1",
      "9223372036854775807",
      "compact,delete",
      "NaN",
      "1e400",
      "lz4",
      " 5",
    ];
    const name = random.pick(TOPIC_CONFIGS).name;
    const text = new TextDecoder().decode(
      mutate(random, new TextEncoder().encode(random.pick(texts))),
    );
    mayRefuse(() => void parseLogConfig({ [name]: text }));
  },
  "a damaged directory after an unclean stop": (seed) => {
    const random = new SeededRandom(seed);
    const env = manualEnv({ seed });
    const directory = "/data/fuzz-0";
    damagedFolder(random, env.fileSystem, directory);
    const open = () =>
      PartitionLog.open({
        env,
        directory,
        topicPartition: { topic: "fuzz", partition: 0 },
        config: parseLogConfig({ "retention.ms": "-1" }),
        hadCleanShutdown: false,
        recovery: random.chance(0.5) ? "kafka" : "salvage",
      });
    let log: PartitionLog;
    try {
      log = open();
    } catch (error) {
      if (error instanceof StorageError) return;
      throw error;
    }
    // It is repaired: everything reads, and it goes on.
    readAll(log);
    log.appendAsLeader(batchOf(["after"]), 100);
    readAll(log);
    log.close();
    readAll(log = open());
    log.close();
  },
  "a damaged directory that is taken for clean": (seed) => {
    const random = new SeededRandom(seed);
    const env = manualEnv({ seed });
    const directory = "/data/fuzz-0";
    damagedFolder(random, env.fileSystem, directory);
    mayRefuse(() => {
      const log = PartitionLog.open({
        env,
        directory,
        topicPartition: { topic: "fuzz", partition: 0 },
        config: parseLogConfig({ "retention.ms": "-1" }),
        hadCleanShutdown: true,
        recoveryPoint: Number.MAX_SAFE_INTEGER,
      });
      mayRefuse(() => readAll(log, false));
      mayRefuse(() => void log.fetchOffsetByTimestamp(1_743_388_057_301 + random.below(100_000)));
      mayRefuse(() => void log.appendAsLeader(batchOf(["after"]), 100));
      mayRefuse(() => void log.truncateTo(random.below(log.logEndOffset + 1)));
      mayRefuse(() => log.close());
    });
  },
  "tools on a damaged directory": async (seed) => {
    const random = new SeededRandom(seed);
    const env = manualEnv({ seed });
    damagedFolder(random, env.fileSystem, "/data/fuzz-0");
    const names = env.fileSystem.list("/data/fuzz-0").map(({ name }) => `/data/fuzz-0/${name}`);
    let printed = 0;
    const io = {
      env,
      stdout: (text: string) => void (printed += text.length),
      stderr: (text: string) => void (printed += text.length),
    };
    const flags = ["--deep-iteration", "--print-data-log", "--json", "--index-sanity-check"];
    const files = random.chance(0.5) ? "/data/fuzz-0" : random.pick(names);
    const status = random.chance(0.5)
      ? await dumpLog(["--files", files, random.pick(flags)], io)
      : await logTool(
        [random.pick(["verify", "repair", "reindex", "explain"]), "/data/fuzz-0"],
        io,
      );
    assert(status === 0 || status === 1, `exit status ${status}`);
    assert(printed < 64 << 20, `printed ${printed} bytes`);
  },
  "command lines": async (seed) => {
    const random = new SeededRandom(seed);
    const words = [
      ...[
        "--files",
        "--files=",
        "/x",
        "verify",
        "--max-bytes",
        "-1",
        "99999999999999999999",
        "=",
        "--",
      ],
      ...[
        "--from-offset",
        "--json",
        "--value-decoder-class",
        "x.Y",
        "--execute",
        "-",
        "",
        "--help",
      ],
    ];
    const args = Array.from({ length: random.below(5) }, () => random.pick(words));
    const io = { env: manualEnv(), stdout: () => {}, stderr: () => {} };
    const status = await random.pick([dumpLog, logTool])(args, io);
    assert(status === 0 || status === 1, `exit status ${status} of ${args.join(" ")}`);
  },
};

/** A target with a bug planted in it: a fuzzer that does not find it finds nothing. */
export const canary: Target = (seed) => {
  const random = new SeededRandom(seed);
  const bytes = mutate(random, fixture("plain-0/00000000000000000000.log").slice(0, 2000));
  mayRefuse(() => {
    for (const batch of batchesIn(bytes)) {
      const { bytes: source, start } = batch;
      const count = new DataView(source.buffer, source.byteOffset).getInt32(start + 57);
      // The planted bug: trusts the record count of a batch whose checksum was not looked at.
      source.subarray(start).at(count)!.toString();
    }
  });
};

/** A target that does not come back, for the watchdog. */
export const hang: Target = () => {
  for (let i = 0; i >= 0; i = (i + 1) % 7);
};
