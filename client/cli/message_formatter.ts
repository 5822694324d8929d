/**
 * Formatters of records by the names of Kafka's Java classes.
 *
 * @module
 */

import { groupCoordinatorSchemas } from "../../storage/message/schemas/group_coordinator.ts";
import { shareCoordinatorSchemas } from "../../storage/message/schemas/share_coordinator.ts";
import { transactionCoordinatorSchemas } from "../../storage/message/schemas/transaction_coordinator.ts";
import type { ConsumerRecord } from "../consumer/consumer_record.ts";
import type { ByteOutput } from "./byte_output.ts";
import type { ClientConfigs } from "./command_config.ts";
import { CoordinatorMessageFormatter } from "./coordinator_message_formatter.ts";
import { DefaultMessageFormatter, type TellProblem } from "./default_message_formatter.ts";
import { JavaException } from "./java_exception.ts";

/** Prints records (Kafka's `MessageFormatter`). */
export interface MessageFormatter {
  /**
   * Prints a record.
   *
   * @throws any error when it cannot be printed; what was printed of it before stays
   */
  write(record: ConsumerRecord, output: ByteOutput): void;
}

const PACKAGE = "org.apache.kafka.tools.consumer.";

/** The formatter that tools take unless they are told another. */
export const DEFAULT_FORMATTER: string = `${PACKAGE}DefaultMessageFormatter`;

type MakeFormatter = (configs: ClientConfigs, tell: TellProblem) => MessageFormatter;

const standard: MakeFormatter = (configs, tell) => new DefaultMessageFormatter(configs, tell);

/** Types of records of `__consumer_offsets`. */
const OFFSETS: readonly number[] = [0, 1];
const GROUP_METADATA: readonly number[] = [2];
const SHARE_GROUPS: readonly number[] = [10, 11, 12, 13, 14, 15];

const FORMATTERS: ReadonlyMap<string, MakeFormatter> = new Map<string, MakeFormatter>([
  ["DefaultMessageFormatter", standard],
  // It logs each record besides, at a level that tools do not print.
  ["LoggingMessageFormatter", standard],
  ["NoOpMessageFormatter", () => ({ write() {} })],
  [
    "OffsetsMessageFormatter",
    () => new CoordinatorMessageFormatter(groupCoordinatorSchemas(), OFFSETS),
  ],
  [
    "GroupMetadataMessageFormatter",
    () => new CoordinatorMessageFormatter(groupCoordinatorSchemas(), GROUP_METADATA),
  ],
  [
    "ShareGroupMessageFormatter",
    () => new CoordinatorMessageFormatter(groupCoordinatorSchemas(), SHARE_GROUPS),
  ],
  [
    "TransactionLogMessageFormatter",
    () => new CoordinatorMessageFormatter(transactionCoordinatorSchemas()),
  ],
  [
    "group.share.ShareGroupStateMessageFormatter",
    () => new CoordinatorMessageFormatter(shareCoordinatorSchemas()),
  ],
]);

/**
 * Makes a formatter.
 *
 * @param configs its properties
 * @param tell told of properties that are of no use
 * @throws {JavaException} `ClassNotFoundException` for a class that does not come with Kafka: classes of Java cannot be loaded here
 */
export function messageFormatter(
  className: string,
  configs: ClientConfigs,
  tell: TellProblem,
): MessageFormatter {
  const make = className.startsWith(PACKAGE)
    ? FORMATTERS.get(className.slice(PACKAGE.length))
    : undefined;
  if (make !== undefined) return make(configs, tell);
  throw new JavaException("java.lang.ClassNotFoundException", className);
}
