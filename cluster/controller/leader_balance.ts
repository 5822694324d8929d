/**
 * Elections that nobody asks for.
 *
 * @module
 */

import type { ControllerContext, Decision } from "./decision.ts";
import type { Election } from "./leader_choice.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { changePartition } from "./partition_change.ts";
import type { PartitionSet } from "./partition_set.ts";
import { isUncleanElectionEnabled } from "./topic_settings.ts";
import type { TopicImage } from "./topics_image.ts";

/** More leaders than these are not elected at once. */
export const MAX_ELECTIONS = 1000;

/**
 * Has the first replica of partitions lead that somebody else leads, where it can.
 *
 * @returns whether there may be more of them
 */
export function balanceLeaders(context: ControllerContext): Decision<boolean> {
  return elect(context, context.image.topics.index.imbalanced, "preferred", () => true);
}

/**
 * Has partitions led that nobody leads, where `unclean.leader.election.enable` allows that something is lost.
 *
 * @returns whether there may be more of them
 */
export function electUncleanLeaders(context: ControllerContext): Decision<boolean> {
  return elect(
    context,
    context.image.topics.index.leaderless,
    "unclean",
    ({ name }) => isUncleanElectionEnabled(context, name),
  );
}

function elect(
  context: ControllerContext,
  partitions: PartitionSet,
  election: Election,
  isAllowed: (topic: TopicImage) => boolean,
): Decision<boolean> {
  const records: MetadataRecord[] = [];
  for (const [topicId, id] of partitions) {
    if (records.length === MAX_ELECTIONS) break;
    const topic = context.image.topics.byId.get(topicId)!;
    const record = isAllowed(topic) ? changePartition(context, topic, id, { election }) : undefined;
    if (record !== undefined) records.push(record);
  }
  return { records, response: records.length === MAX_ELECTIONS, isSplittable: true };
}
