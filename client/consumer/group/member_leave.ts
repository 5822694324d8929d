/**
 * Leaving a group: LeaveGroup.
 *
 * @module
 */

import type { Logger } from "../../../storage/env.ts";
import { errorName } from "../../protocol/error_codes.ts";
import { leaveGroup } from "../../protocol/messages/leave_group.ts";
import type { GroupCoordinator } from "./group_coordinator.ts";
import type { GroupSettings } from "./group_settings.ts";
import type { MemberState } from "./member_state.ts";
import { truncatedReason } from "./rejoin_reason.ts";

/** Who leaves. */
export interface MemberLeaveOptions {
  /** Whom to tell. */
  readonly coordinator: GroupCoordinator;
  /** Where the consumer stands. */
  readonly member: MemberState;
  /** The group. */
  readonly settings: GroupSettings;
  /** Receives what happens. */
  readonly logger: Logger;
}

/** The first version that names members. */
const MEMBERS_VERSION = 3;

/**
 * Gives the membership up at once, and tells the coordinator; a static member comes back, and says nothing. Resolves when the coordinator
 * has answered, or will not: it finds out by itself when heartbeats stay away.
 */
export async function leaveMembership(options: MemberLeaveOptions, reason: string): Promise<void> {
  const { coordinator, member, settings: { groupId, groupInstanceId }, logger } = options;
  const { phase, generation: { memberId } } = member;
  member.reset("consumer pro-actively leaving the group", false);
  const isKnownThere = groupInstanceId === null && phase !== "unjoined" && memberId !== "";
  if (!isKnownThere || !coordinator.isKnown) return;
  logger.write("info", "Leaving group", { groupId, memberId, reason });
  const identity = { memberId, groupInstanceId: null, reason: truncatedReason(reason) };
  try {
    const { errorCode, members } = await coordinator.send(
      leaveGroup,
      (version) =>
        version < MEMBERS_VERSION ? { groupId, memberId } : { groupId, members: [identity] },
    );
    const error = errorName(errorCode || (members[0]?.errorCode ?? 0));
    if (error !== "NONE") logger.write("warn", "LeaveGroup failed", { groupId, memberId, error });
  } catch (error) {
    logger.write("debug", "LeaveGroup failed", { groupId, memberId, error });
  }
}
