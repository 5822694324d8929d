/**
 * The protocols of a group's members, and the choice among them.
 *
 * @module
 */

import type { ClassicGroupMember } from "./classic_group_member.ts";

/** Counts how many members support each protocol. */
export class SupportedProtocols {
  readonly #counts = new Map<string, number>();

  /** A member has come. */
  add(member: ClassicGroupMember): void {
    this.#count(member, 1);
  }

  /** A member has gone, or is about to change. */
  remove(member: ClassicGroupMember): void {
    this.#count(member, -1);
  }

  /** How many support a protocol. */
  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  #count({ protocols }: ClassicGroupMember, by: number): void {
    // A client may name one twice; it counts once.
    for (const name of new Set(protocols.map((protocol) => protocol.name))) {
      const count = this.count(name) + by;
      if (count === 0) this.#counts.delete(name);
      else this.#counts.set(name, count);
    }
  }
}

/**
 * The protocol of the next generation: among those that all support, the one that most members like best.
 *
 * @throws {RangeError} when there is no such protocol
 */
export function selectProtocol(
  members: Iterable<ClassicGroupMember>,
  memberCount: number,
  supported: SupportedProtocols,
): string {
  const votes = new Map<string, number>();
  for (const { memberId, protocols } of members) {
    const choice = protocols.find(({ name }) => supported.count(name) === memberCount);
    if (choice === undefined) {
      throw new RangeError(`Member ${memberId} supports none of the candidate protocols`);
    }
    votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1);
  }
  let winner: string | undefined;
  for (const [name, count] of votes) {
    if (winner === undefined || count > votes.get(winner)!) winner = name;
  }
  if (winner === undefined) throw new RangeError("A group without members has no protocol");
  return winner;
}
