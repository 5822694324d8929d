/**
 * The tables that `seglog consumer-groups --describe` prints. Each begins with an empty line.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { MemberDescription } from "../admin/group_description.ts";
import type { GroupListing } from "../admin/group_listing.ts";

/** What stands for nothing. */
export const MISSING = "-";

/** A row: a partition of a group. */
export interface OffsetRow {
  /** Group id. */
  readonly group: string;
  /** The partition; nothing for a member without. */
  readonly topicPartition?: TopicPartition | undefined;
  /** What is committed. */
  readonly offset?: number | undefined;
  /** Epoch of the leader that it was committed with. */
  readonly leaderEpoch?: number | undefined;
  /** The end of the log. */
  readonly logEndOffset?: number | undefined;
  /** Who has the partition. */
  readonly member?: Pick<MemberDescription, "consumerId" | "host" | "clientId"> | undefined;
}

/** What is left to read. */
export function lagOf({ offset, logEndOffset }: OffsetRow): number | undefined {
  if (offset === undefined || offset === -1 || logEndOffset === undefined) return undefined;
  return logEndOffset - offset;
}

const text = (value: unknown) => value === undefined || value === null ? MISSING : String(value);

/** Lines whose columns have a least width each; the last one is as wide as what is in it. */
function table(rows: readonly (readonly string[])[], widths: readonly number[]): string[] {
  return rows.map((row) =>
    row.map((value, i) => i === row.length - 1 ? value : value.padEnd(widths[i]!)).join(" ")
  );
}

function widest(least: number, values: Iterable<string>): number {
  let width = least;
  for (const value of values) width = Math.max(width, value.length);
  return width;
}

/** The offsets of a group. */
export function offsetLines(rows: readonly OffsetRow[], isVerbose: boolean): string[] {
  const epoch = <T>(value: T): T[] => isVerbose ? [value] : [];
  const header = [
    ...["GROUP", "TOPIC", "PARTITION", ...epoch("LEADER-EPOCH"), "CURRENT-OFFSET"],
    ...["LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID"],
  ];
  const lines = rows.map((row) => [
    row.group,
    text(row.topicPartition?.topic),
    text(row.topicPartition?.partition),
    ...epoch(text(row.leaderEpoch)),
    ...[row.offset, row.logEndOffset, lagOf(row)].map(text),
    ...[row.member?.consumerId, row.member?.host, row.member?.clientId].map(text),
  ]);
  const column = (name: string) => lines.map((line) => line[header.indexOf(name)]!);
  const widths = [
    ...[widest(15, column("GROUP")), widest(15, column("TOPIC")), 10, ...epoch(15), 15, 15, 15],
    ...[widest(15, column("CONSUMER-ID")), widest(15, column("HOST"))],
  ];
  return ["", ...table([header, ...lines], widths)];
}

/** Partitions as `orders:0,1;payments:2`. */
export function assignmentText(partitions: readonly TopicPartition[]): string {
  if (partitions.length === 0) return MISSING;
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
  return Array.from(byTopic, ([topic, ofTopic]) => {
    const numbers = ofTopic.map(({ partition }) => partition).sort((a, b) => a - b);
    return `${topic}:${numbers.join(",")}`;
  }).sort().join(";");
}

/** The members of a group. */
export function memberLines(
  group: string,
  members: readonly MemberDescription[],
  targetEpoch: number | undefined,
  isVerbose: boolean,
): string[] {
  const hasInstances = members.some(({ groupInstanceId }) => (groupInstanceId ?? "") !== "");
  const isMigrating = members.some(({ upgraded }) => upgraded === true) &&
    members.some(({ upgraded }) => upgraded === false);
  const optional = <T>(isThere: boolean, value: T): T[] => isThere ? [value] : [];
  const header = [
    ...["GROUP", "CONSUMER-ID", ...optional(hasInstances, "GROUP-INSTANCE-ID"), "HOST"],
    ...["CLIENT-ID", "#PARTITIONS"],
  ];
  const details = [
    ...["CURRENT-EPOCH", "CURRENT-ASSIGNMENT", "TARGET-EPOCH", "TARGET-ASSIGNMENT"],
    ...optional(isMigrating, "UPGRADED"),
  ];
  const rows = members.map((member) => [
    group,
    member.consumerId,
    ...optional(hasInstances, member.groupInstanceId ?? ""),
    member.host,
    member.clientId,
    String(member.assignment.length),
  ]);
  const detailRows = members.map((member) => [
    text(member.memberEpoch),
    assignmentText(member.assignment),
    text(targetEpoch),
    assignmentText(member.targetAssignment ?? []),
    ...optional(isMigrating, text(member.upgraded)),
  ]);
  const at = (all: readonly (readonly string[])[], i: number) => all.map((row) => row[i]!);
  const least = [15, 15, ...optional(hasInstances, 17), 15, 15];
  const widths = [...least.map((width, i) => widest(width, at(rows, i))), 15];
  const detailWidths = [15, widest(20, at(detailRows, 1)), 15, widest(20, at(detailRows, 3))];
  const line = (row: readonly string[], detailRow: readonly string[]) =>
    row.map((value, i) => `${value.padEnd(widths[i]!)} `).join("") +
    (isVerbose ? detailRow.map((value, i) => value.padEnd(detailWidths[i] ?? 0)).join(" ") : "");
  return ["", line(header, details), ...rows.map((row, i) => line(row, detailRows[i]!))];
}

/** What is told of a group as a whole. */
export interface GroupStateRow {
  /** Group id. */
  readonly group: string;
  /** Its coordinator. */
  readonly coordinator: { readonly host: string; readonly port: number; readonly id: number };
  /** How partitions are handed out. */
  readonly assignmentStrategy: string;
  /** Its state. */
  readonly state: string;
  /** Its epoch, in the newer protocol. */
  readonly groupEpoch?: number | undefined;
  /** The epoch of the assignment that is wanted, in the newer protocol. */
  readonly targetAssignmentEpoch?: number | undefined;
  /** How many members it has. */
  readonly members: number;
}

/** The state of a group. */
export function stateLines(row: GroupStateRow, isVerbose: boolean): string[] {
  const { host, port, id } = row.coordinator;
  const coordinator = `${host}:${port}  (${id})`;
  const epochs = <T>(...values: T[]): T[] => isVerbose ? values : [];
  const widths = [Math.max(15, row.group.length), Math.max(25, coordinator.length), 20, 20, 15, 25];
  return [
    "",
    ...table([
      [
        ...["GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE"],
        ...epochs("GROUP-EPOCH", "TARGET-ASSIGNMENT-EPOCH"),
        "#MEMBERS",
      ],
      [
        ...[row.group, coordinator, row.assignmentStrategy || MISSING, row.state],
        ...epochs(text(row.groupEpoch), text(row.targetAssignmentEpoch)),
        String(row.members),
      ],
    ], widths),
  ];
}

/** Groups in a list. */
export function groupListLines(
  groups: readonly GroupListing[],
  withType: boolean,
  withState: boolean,
): string[] {
  const width = (groups.length === 0 ? 15 : widest(15, groups.map(({ groupId }) => groupId))) + 10;
  const line = (group: string, type: string, state: string) =>
    [
      group.padEnd(width),
      ...(withType ? [type.padEnd(20)] : []),
      ...(withState ? [state.padEnd(20)] : []),
    ].join(" ");
  return [
    line("GROUP", "TYPE", "STATE"),
    ...groups.map(({ groupId, type, groupState }) =>
      line(groupId, type ?? "Unknown", groupState ?? "Unknown")
    ),
  ];
}
