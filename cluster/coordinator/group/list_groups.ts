/**
 * Listing groups.
 *
 * @module
 */

import type { ListedGroup } from "../../../client/protocol/messages/list_groups.ts";
import { ClassicGroup } from "./classic_group.ts";
import type { GroupStore } from "./group_store.ts";

/**
 * The groups in one of the states, of one of the types; no states or no types are all of them. How either is written does not matter, and
 * what is none of them leaves nothing.
 */
export function listGroups(
  groups: GroupStore,
  statesFilter: readonly string[],
  typesFilter: readonly string[],
): ListedGroup[] {
  const states = new Set(statesFilter.map((state) => state.toLowerCase().trim()));
  const types = new Set(typesFilter.map((type) => type.toLowerCase()));
  const listed: ListedGroup[] = [];
  for (const group of groups.all()) {
    const isClassic = group instanceof ClassicGroup;
    const groupType = isClassic ? "classic" : group.type;
    const { groupId, state: groupState } = group;
    if (states.size > 0 && !states.has(groupState.toLowerCase())) continue;
    if (types.size > 0 && !types.has(groupType)) continue;
    const protocolType = isClassic ? group.protocolType ?? "" : group.type;
    listed.push({ groupId, protocolType, groupState, groupType });
  }
  return listed;
}
