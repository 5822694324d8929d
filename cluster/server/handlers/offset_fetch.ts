/**
 * OffsetFetch.
 *
 * @module
 */

import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  offsetFetch as api,
  type OffsetFetchRequest,
  type OffsetFetchRequestGroup,
  type OffsetFetchResponse,
  type OffsetFetchResponseGroup,
  type OffsetFetchResponseTopics,
} from "../../../client/protocol/messages/offset_fetch.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import {
  type FetchedTopic,
  fetchOffsets,
  type FetchTopic,
} from "../../coordinator/offsets/offset_fetch.ts";
import type { OffsetsRuntime } from "../../coordinator/offsets/offsets_runtime.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface OffsetFetchOptions {
  /** Has the groups. */
  readonly groups: OffsetsRuntime;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
}

/** The first version whose answer may fail as a whole, and that asks for all partitions by `null`. */
const FIRST_VERSION_WITH_TOP_LEVEL_ERROR = 2;
/** The first version that asks for several groups. */
const FIRST_VERSION_WITH_BATCHES = 8;
/** The first version that names topics by their ids. */
const FIRST_VERSION_WITH_TOPIC_IDS = 10;

/** Answers OffsetFetch: groups one by one, so that each has its own error. */
export function offsetFetchHandler(
  { groups, image }: OffsetFetchOptions,
): ApiHandler<OffsetFetchRequest, OffsetFetchResponse> {
  return {
    api,
    handle(request, { apiVersion }) {
      const { requireStable } = request;
      const answers = groupsOf(request, apiVersion).map((group) =>
        fetchGroup(groups, image(), group, requireStable, apiVersion)
      );
      const answered = (done: readonly OffsetFetchResponseGroup[]) =>
        apiVersion >= FIRST_VERSION_WITH_BATCHES
          ? { groups: done }
          : { topics: done[0]!.topics, errorCode: done[0]!.errorCode };
      return answers.some((answer) => answer instanceof Promise)
        ? Promise.all(answers).then(answered)
        : answered(answers as OffsetFetchResponseGroup[]);
    },
    onError(request, error, _message, apiVersion = FIRST_VERSION_WITH_TOPIC_IDS) {
      const done = groupsOf(request, apiVersion).map((group) =>
        groupError(group, error, apiVersion)
      );
      return apiVersion >= FIRST_VERSION_WITH_BATCHES
        ? { groups: done }
        : { topics: done[0]!.topics, errorCode: done[0]!.errorCode };
    },
  };
}

/** The groups that are asked for, in the form of the newest versions. */
function groupsOf(
  { groupId, topics, groups }: OffsetFetchRequest,
  apiVersion: number,
): readonly OffsetFetchRequestGroup[] {
  if (apiVersion >= FIRST_VERSION_WITH_BATCHES) return groups;
  const asked = topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null;
  return [{ groupId, memberId: null, memberEpoch: -1, topics: asked }];
}

function fetchGroup(
  groups: OffsetsRuntime,
  image: MetadataImage,
  group: OffsetFetchRequestGroup,
  requireStable: boolean,
  apiVersion: number,
): OffsetFetchResponseGroup | Promise<OffsetFetchResponseGroup> {
  const { groupId } = group;
  const byId = apiVersion >= FIRST_VERSION_WITH_TOPIC_IDS;
  const named = byId ? withNames(image, group.topics) : { known: group.topics, unknown: [] };
  const answered = (topics: readonly FetchedTopic[]) => ({
    groupId,
    topics: [
      ...group.topics === null && byId ? withIds(image, topics) : topics,
      ...named.unknown,
    ],
    errorCode: 0,
  });
  const refused = (error: unknown) => {
    if (!(error instanceof KafkaError)) throw error;
    // Consumers before 3.9 do not know what else to do with it.
    const name = error.code === "COORDINATOR_NOT_AVAILABLE" ? "NOT_COORDINATOR" : error.code;
    return groupError(group, name, apiVersion);
  };
  try {
    const fetched = groups.run<FetchedTopic[]>(
      groups.partitionFor(groupId),
      ({ offsets }, reply, out) =>
        out.answer(
          reply,
          fetchOffsets(offsets, { ...group, topics: named.known, requireStable }),
        ),
    );
    return fetched instanceof Promise ? fetched.then(answered, refused) : answered(fetched);
  } catch (error) {
    return refused(error);
  }
}

/** Finds the names of topics; those that nobody knows are answered at once. */
function withNames(
  image: MetadataImage,
  topics: readonly FetchTopic[] | null,
): { readonly known: FetchTopic[] | null; readonly unknown: OffsetFetchResponseTopics[] } {
  if (topics === null) return { known: null, unknown: [] };
  const known: FetchTopic[] = [];
  const unknown: OffsetFetchResponseTopics[] = [];
  for (const topic of topics) {
    const name = image.topics.byId.get(topic.topicId)?.name;
    if (name === undefined) unknown.push(topicError(topic, "UNKNOWN_TOPIC_ID"));
    else known.push({ ...topic, name });
  }
  return { known, unknown };
}

/** Topics that are gone have no id, and can not be told. */
function withIds(image: MetadataImage, topics: readonly FetchedTopic[]): FetchedTopic[] {
  return topics.flatMap((topic) => {
    const id = image.topics.byName.get(topic.name)?.id;
    return id === undefined ? [] : [{ ...topic, topicId: id }];
  });
}

function groupError(
  group: OffsetFetchRequestGroup,
  error: ErrorName,
  apiVersion: number,
): OffsetFetchResponseGroup {
  const { groupId, topics } = group;
  return apiVersion >= FIRST_VERSION_WITH_TOP_LEVEL_ERROR
    ? { groupId, topics: [], errorCode: errorCode(error) }
    : { groupId, topics: (topics ?? []).map((topic) => topicError(topic, error)), errorCode: 0 };
}

function topicError(
  { name, topicId, partitionIndexes }: FetchTopic,
  error: ErrorName,
): OffsetFetchResponseTopics {
  return {
    name,
    topicId,
    partitions: partitionIndexes.map((partitionIndex) => ({
      partitionIndex,
      committedOffset: -1,
      committedLeaderEpoch: -1,
      metadata: "",
      errorCode: errorCode(error),
    })),
  };
}
