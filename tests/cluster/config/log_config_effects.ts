/** Which tests show what the configs of logs and of the cleaner do; see `config_effects.ts`. */

/** Configs by the name of the test that shows what they do, by its file below `tests/`. */
export type Effects = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Logs: segments, retention, appends. */
export const EFFECTS_OF_LOGS: Effects = {
  "cluster/config/effects/append_test.ts": {
    "message.max.bytes: the largest batch that a running log takes is what is set now, a topic's own goes first":
      ["message.max.bytes", "topic max.message.bytes"],
    "log.message.timestamp.type: the records of a running log have the time that is set now, a topic's own goes first":
      ["log.message.timestamp.type", "topic message.timestamp.type"],
    "log.message.timestamp.before.max.ms: how far behind a time may lie for a running log is what is set now":
      ["log.message.timestamp.before.max.ms", "topic message.timestamp.before.max.ms"],
    "log.message.timestamp.after.max.ms: how far ahead a time may lie for a running log is what is set now":
      ["log.message.timestamp.after.max.ms", "topic message.timestamp.after.max.ms"],
    "compression.type: a running log stores batches with the codec that is set now, a topic's own goes first":
      ["compression.type", "topic compression.type"],
    "compression.gzip.level: a running log tries as hard as is set now, a topic's own goes first": [
      "compression.gzip.level",
      "topic compression.gzip.level",
    ],
    "compression.lz4.level: a running log tries as hard as is set now, a topic's own goes first": [
      "compression.lz4.level",
      "topic compression.lz4.level",
    ],
    "compression.zstd.level: a running log tries as hard as is set now, a topic's own goes first": [
      "compression.zstd.level",
      "topic compression.zstd.level",
    ],
    "log.flush.interval.messages: a running log flushes after as many records as is set now": [
      "log.flush.interval.messages",
      "topic flush.messages",
    ],
    "log.flush.interval.ms: a running log is flushed at the age that is set now": [
      "log.flush.interval.ms",
      "topic flush.ms",
    ],
  },
  "cluster/config/effects/segments_test.ts": {
    "log.segment.bytes: a running log rolls at the size that is set now, a topic's own goes first":
      ["log.segment.bytes", "topic segment.bytes"],
    "internal.segment.bytes: a topic may have segments below the lower bound of segment.bytes": [
      "topic internal.segment.bytes",
    ],
    "log.roll.ms: a running log rolls when its segment is older than is set now, a topic's own goes first":
      ["log.roll.ms", "topic segment.ms"],
    "log.roll.hours: a segment is active for so long": ["log.roll.hours"],
    "log.roll.jitter.hours: a segment rolls earlier, by chance": ["log.roll.jitter.hours"],
    "log.roll.jitter.ms: the segments of a running log roll earlier, by chance, once it is set": [
      "log.roll.jitter.ms",
    ],
    "log.index.interval.bytes: a running log has as many entries in its index as is set now": [
      "log.index.interval.bytes",
      "topic index.interval.bytes",
    ],
    "log.index.size.max.bytes: a running log rolls when the index of that size is full": [
      "log.index.size.max.bytes",
    ],
    "log.preallocate: a running log makes its next segment in its full size": [
      "log.preallocate",
      "topic preallocate",
    ],
  },
  "cluster/config/effects/retention_test.ts": {
    "log.retention.ms: segments of a running log go at the age that is set now, a topic's own goes first":
      ["log.retention.ms", "topic retention.ms"],
    "log.retention.minutes: segments go at that age": ["log.retention.minutes"],
    "log.retention.hours: segments go at that age, unless minutes are given": [
      "log.retention.hours",
    ],
    "log.retention.bytes: a running log is as large as is set now, a topic's own goes first": [
      "log.retention.bytes",
      "topic retention.bytes",
    ],
    "log.cleanup.policy: what becomes of a running log's old segments is what is set now": [
      "log.cleanup.policy",
      "topic cleanup.policy",
    ],
    "log.retention.check.interval.ms: old segments are looked for that often": [
      "log.retention.check.interval.ms",
    ],
    "log.initial.task.delay.ms: the periodic work begins that long after the start": [
      "log.initial.task.delay.ms",
    ],
    "log.segment.delete.delay.ms: files of a running log that are let go stay for as long as is set now":
      ["log.segment.delete.delay.ms", "topic file.delete.delay.ms"],
  },
  "storage/log/log_roll_test.ts": {
    "jitter makes a segment roll earlier, by a share of its time": ["topic segment.jitter.ms"],
    "a segment rolls when an index is full": ["topic segment.index.bytes"],
  },
  "storage/log/log_retention_test.ts": {
    "a record from the future keeps its segment, with a warning, or not at all": [
      "topic seglog.future.timestamp.uses.file.time",
    ],
  },
  "storage/log/fetch_data_test.ts": {
    "a flipped bit goes unnoticed on read, unless the log verifies what it reads": [
      "topic seglog.verify.on.read",
    ],
  },
  "storage/log_manager/maintenance_test.ts": {
    "logs are flushed when their time has come": ["log.flush.scheduler.interval.ms"],
  },
  "storage/log_manager/manager_state_test.ts": {
    "checkpoints are written from time to time, and at the end": [
      "log.flush.offset.checkpoint.interval.ms",
      "log.flush.start.offset.checkpoint.interval.ms",
      "replica.high.watermark.checkpoint.interval.ms",
    ],
  },
  "storage/log_manager/log_loading_test.ts": {
    "the logs of a directory take turns, as many as are allowed, and so do directories": [
      "num.recovery.threads.per.data.dir",
    ],
  },
  "storage/log_manager/close_logs_test.ts": {
    "the logs that run are flushed, as many of a directory at once as num.recovery.threads.per.data.dir says":
      ["num.recovery.threads.per.data.dir"],
  },
};

/** The cleaner. */
export const EFFECTS_OF_THE_CLEANER: Effects = {
  "cluster/config/effects/cleaner_test.ts": {
    "log.cleaner.backoff.ms: a running cleaner looks for work as often as is set now": [
      "log.cleaner.backoff.ms",
    ],
    "log.cleaner.enable: without the cleaner nothing is compacted": ["log.cleaner.enable"],
    "log.cleaner.min.cleanable.ratio: a running log is cleaned when as much of it is dirty as is set now":
      ["log.cleaner.min.cleanable.ratio", "topic min.cleanable.dirty.ratio"],
    "log.cleaner.min.compaction.lag.ms: records of a running log stay as long as is set now": [
      "log.cleaner.min.compaction.lag.ms",
      "topic min.compaction.lag.ms",
    ],
    "log.cleaner.max.compaction.lag.ms: records of a running log are cleaned by the age that is set now":
      ["log.cleaner.max.compaction.lag.ms", "topic max.compaction.lag.ms"],
    "log.cleaner.delete.retention.ms: tombstones of a running log stay as long as is set now": [
      "log.cleaner.delete.retention.ms",
      "topic delete.retention.ms",
    ],
    "log.cleaner.io.max.bytes.per.second: a running cleaner is as quick as is set now": [
      "log.cleaner.io.max.bytes.per.second",
    ],
    "log.cleaner.dedupe.buffer.size: a running cleaner has room for as many keys as is set now": [
      "log.cleaner.dedupe.buffer.size",
    ],
    "log.cleaner.io.buffer.load.factor: the memory of a running cleaner gets as full as is set now":
      ["log.cleaner.io.buffer.load.factor"],
    "log.cleaner.io.buffer.size: a running cleaner reads as much at a time as is set now": [
      "log.cleaner.io.buffer.size",
    ],
    "log.cleaner.threads: a running broker has as many cleaners as is set now, also after a restart":
      ["log.cleaner.threads"],
  },
  "storage/cleaner/log_cleaner_test.ts": {
    "a log that cannot be cleaned tells why, keeps no other waiting, and is tried again later": [
      "seglog.cleaner.retry.backoff.ms",
    ],
  },
  "storage/cleaner/cleaning_failures_test.ts": {
    "a log is left alone twice as long after each failure, up to a limit": [
      "seglog.cleaner.retry.backoff.ms",
      "seglog.cleaner.retry.backoff.max.ms",
    ],
  },
};
