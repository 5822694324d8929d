/**
 * What a Fetch request is about when it does not say so: in a session (KIP-227) only what has changed is named.
 *
 * @module
 */

import type { FetchRequest } from "../../client/protocol/messages/fetch.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import { isFullFetch } from "../server/fetch_session.ts";
import type { TopicNames } from "./request_topics.ts";

/** Follows the sessions, by the connections that they are used on. */
export class FetchSessionTopics {
  readonly #topicNames: TopicNames;
  /** Partitions by topic, or the topic's id while nobody knows its name. */
  readonly #sessions = new WeakMap<object, Map<string, Set<number>>>();

  /** @param topicNames for requests that name topics by ids */
  constructor(topicNames: TopicNames) {
    this.#topicNames = topicNames;
  }

  /**
   * The topics that a request fetches, those included that its session has from earlier ones.
   *
   * @param connection stands for the connection
   */
  topicsOf(request: FetchRequest, connection: object): string[] {
    let session = this.#sessions.get(connection);
    if (session === undefined || isFullFetch(request.sessionEpoch)) {
      this.#sessions.set(connection, session = new Map());
    }
    for (const { topic, topicId, partitions } of request.forgottenTopicsData) {
      const name = this.#name(topic, topicId);
      const fetched = session.get(name);
      for (const partition of partitions) fetched?.delete(partition);
      if (fetched?.size === 0) session.delete(name);
    }
    for (const { topic, topicId, partitions } of request.topics) {
      const name = this.#name(topic, topicId);
      let fetched = session.get(name);
      if (fetched === undefined) session.set(name, fetched = new Set());
      for (const { partition } of partitions) fetched.add(partition);
    }
    return [...session.keys()];
  }

  #name(topic: string, topicId: string): string {
    return topicId === ZERO_UUID ? topic : this.#topicNames(topicId) ?? topicId;
  }
}
