/**
 * The timers of groups. A key says what is due and for whom:
 *
 * ```text
 * kind ":" length of the group's id ":" id of the group, id of the member
 * ```
 *
 * as both ids may hold anything.
 *
 * @module
 */

/** What is due: `heartbeat` of a member, the end of `join` or `sync`, `dead` for the members of a group of another protocol. */
export type GroupTimerKind = "heartbeat" | "join" | "sync" | "dead";

/** A timer that has gone off. */
export interface GroupTimer {
  /** What is due. */
  readonly kind: GroupTimerKind;
  /** The group. */
  readonly groupId: string;
  /** The member; empty when the timer is the group's. */
  readonly memberId: string;
}

const KEY = /^(heartbeat|join|sync|dead):(\d+):/;

function key(kind: GroupTimerKind, groupId: string, memberId = ""): string {
  return `${kind}:${groupId.length}:${groupId}${memberId}`;
}

/** The timer of a member that is to give a sign of life. */
export function heartbeatKey(groupId: string, memberId: string): string {
  return key("heartbeat", groupId, memberId);
}

/** The timer of a group whose members are to join. */
export function joinKey(groupId: string): string {
  return key("join", groupId);
}

/** The timer of a group whose members are to ask for their assignments. */
export function syncKey(groupId: string): string {
  return key("sync", groupId);
}

/** The timer of a group of another protocol, whose members cannot give signs of life. */
export function deadKey(groupId: string): string {
  return key("dead", groupId);
}

/** What a timer is for; `undefined` when it is none of a group. */
export function parseGroupTimer(text: string): GroupTimer | undefined {
  const match = KEY.exec(text);
  if (match === null) return undefined;
  const start = match[0].length;
  const end = start + Number(match[2]);
  return {
    kind: match[1] as GroupTimerKind,
    groupId: text.slice(start, end),
    memberId: text.slice(end),
  };
}
