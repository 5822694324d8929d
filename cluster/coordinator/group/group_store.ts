/**
 * The groups of a partition.
 *
 * @module
 */

import type { OtherGroupRecord } from "../group_records.ts";
import type { OffsetsGroup, OffsetsGroups } from "../offsets/offsets_group.ts";
import { ClassicGroup } from "./classic_group.ts";
import { ForeignGroup, foreignGroupType } from "./foreign_group.ts";

/** Groups by id. */
export class GroupStore implements OffsetsGroups {
  readonly #groups = new Map<string, ClassicGroup | ForeignGroup>();

  /** How many there are. */
  get size(): number {
    return this.#groups.size;
  }

  /** All of them. */
  all(): IterableIterator<ClassicGroup | ForeignGroup> {
    return this.#groups.values();
  }

  /** A classic group. */
  classic(groupId: string): ClassicGroup | undefined {
    const group = this.#groups.get(groupId);
    return group instanceof ClassicGroup ? group : undefined;
  }

  /** A group of another protocol. */
  foreign(groupId: string): ForeignGroup | undefined {
    const group = this.#groups.get(groupId);
    return group instanceof ForeignGroup ? group : undefined;
  }

  /** A group, as its offsets see it. */
  get(groupId: string): OffsetsGroup | undefined {
    const group = this.#groups.get(groupId);
    return group instanceof ClassicGroup ? group.offsets : group;
  }

  /** A group, as its offsets see it; made when there is none, for somebody who only wants offsets kept. */
  getOrMaybeCreateSimple(groupId: string): OffsetsGroup {
    const group = this.get(groupId);
    if (group !== undefined) return group;
    const simple = new ClassicGroup(groupId, -1);
    this.put(simple);
    return simple.offsets;
  }

  /** Makes a classic group, in place of whatever has that id. */
  create(groupId: string, nowMs: number): ClassicGroup {
    const group = new ClassicGroup(groupId, nowMs);
    this.put(group);
    return group;
  }

  /** Adds a group, in place of one with that id. */
  put(group: ClassicGroup | ForeignGroup): void {
    this.#groups.set(group.groupId, group);
  }

  /** Takes a group out; fine when there is none. */
  remove(groupId: string): void {
    this.#groups.delete(groupId);
  }

  /** Takes a record of another protocol over. Its group takes the place of one that only has offsets, not of one that has members. */
  replayOther(record: OtherGroupRecord): void {
    const type = foreignGroupType(record.recordType);
    const existing = this.#groups.get(record.group);
    if (type === undefined) return;
    let group = existing instanceof ForeignGroup && existing.type === type ? existing : undefined;
    if (group === undefined) {
      const isTaken = existing instanceof ClassicGroup && existing.protocolType !== undefined;
      if (record.value === null || isTaken) return;
      this.put(group = new ForeignGroup(record.group, type));
    }
    group.replay(record);
    if (group.isGone) this.remove(record.group);
  }
}
