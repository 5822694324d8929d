/**
 * Keeps what a client knows of the cluster fresh: asks again when somebody finds it wrong, when a topic is missing, and when it has
 * become old.
 *
 * @module
 */

import type { Env } from "../storage/env.ts";
import type { ClientConfig } from "./config/client_config.ts";
import { Deadline, withDeadline } from "./network/deadline.ts";
import { ExponentialBackoff } from "./network/exponential_backoff.ts";
import type { MetadataCache, TopicMetadata } from "./metadata_cache.ts";
import { type ErrorName, errorName, isRetriable, KafkaError } from "./protocol/error_codes.ts";
import type { MetadataResponse } from "./protocol/messages/metadata.ts";

/** What an updater is made of. */
export interface MetadataUpdaterOptions {
  /** Clock, randomness, and who is told what happens. */
  readonly env: Pick<Env, "clock" | "random" | "logger">;
  /** The client's configs. */
  readonly config: ClientConfig;
  /** What it keeps fresh. */
  readonly cache: MetadataCache;
  /** Asks some broker; `undefined` for all topics. */
  readonly ask: (
    topics: readonly string[] | undefined,
    allowAutoTopicCreation: boolean,
    signal: AbortSignal,
  ) => Promise<MetadataResponse>;
  /** Told when no metadata can be had for so long that bootstrap servers are to be asked again. */
  readonly rebootstrap: () => void;
}

/** How a topic is waited for. */
export interface AwaitTopicOptions {
  /** How long, ms. */
  readonly timeoutMs: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

interface WantedTopic {
  /** When it is forgotten unless somebody wants it again, on the monotonic clock. */
  expiresAt: number;
}

/** Asks for metadata, one request at a time. */
export class MetadataUpdater {
  readonly #options: MetadataUpdaterOptions;
  readonly #backoff: ExponentialBackoff;
  readonly #wanted = new Map<string, WantedTopic>();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #wantsAll = false;
  /** Whether brokers may create topics that are asked for and do not exist. */
  allowAutoTopicCreation = true;
  /** How long a topic is asked for after somebody has wanted it, ms. */
  topicIdleMs = Infinity;
  #isStale = false;
  #updating: Promise<void> | undefined;
  /** Wakes the wait between two requests. */
  #hurry: AbortController | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;
  /** Attempts since the last that brought something new. */
  #attempts = 0;
  #askedAt = -Infinity;
  /** When the first of the attempts began that have all failed. */
  #tryingSince: number | undefined;
  #agingSince: AbortController | undefined;

  /** Asks for nothing yet. */
  constructor(options: MetadataUpdaterOptions) {
    const { config, env } = options;
    this.#options = options;
    this.#backoff = new ExponentialBackoff(
      config.number("retry.backoff.ms"),
      config.number("retry.backoff.max.ms"),
      env.random,
    );
  }

  /** Tells a listener of every update, until the function that it gets is called. */
  onUpdate(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks for all topics from now on, or only for those that are wanted. */
  wantAllTopics(all: boolean): void {
    if (all && !this.#wantsAll) this.request(true);
    this.#wantsAll = all;
  }

  /** Asks for these topics from now on, too. */
  wantTopics(topics: Iterable<string>): void {
    const { clock } = this.#options.env;
    const expiresAt = clock.monotonic() + this.topicIdleMs;
    let isNew = false;
    for (const topic of topics) {
      const wanted = this.#wanted.get(topic);
      if (wanted !== undefined) wanted.expiresAt = expiresAt;
      else {
        this.#wanted.set(topic, { expiresAt });
        isNew = true;
      }
    }
    if (isNew && !this.#wantsAll) this.request(true);
  }

  /** Asks for these topics, and for no others. */
  setTopics(topics: Iterable<string>): void {
    const names = new Set(topics);
    for (const topic of [...this.#wanted.keys()]) {
      if (!names.has(topic)) this.#wanted.delete(topic);
    }
    this.wantTopics(names);
  }

  /**
   * What is known is found to be old: it is asked for, not sooner after the last time than the retry backoff.
   *
   * @param isNew whether something new is asked for, for which there is no need to wait
   */
  request(isNew = false): void {
    if (this.#closing.signal.aborted) return;
    this.#isStale = true;
    if (isNew) {
      this.#attempts = 0;
      this.#askedAt = -Infinity;
      this.#hurry?.abort();
    }
    this.#updating ??= this.#update();
  }

  /**
   * Waits until more than `version` is known.
   *
   * @throws the signal's reason, when it aborts first
   */
  async awaitUpdate(version: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    while (this.#options.cache.version <= version) {
      this.#closing.signal.throwIfAborted();
      this.#waiting ??= Promise.withResolvers();
      this.request();
      await withDeadline(this.#waiting.promise, signal);
    }
  }

  /**
   * Waits until a topic is known.
   *
   * @throws {KafkaError} `REQUEST_TIMED_OUT` when it does not come in time, and what a broker says of it when waiting is of no use
   */
  async awaitTopic(name: string, options: AwaitTopicOptions): Promise<TopicMetadata> {
    const { cache, env: { clock } } = this.#options;
    const { timeoutMs, signal } = options;
    signal?.throwIfAborted();
    this.wantTopics([name]);
    const known = cache.topic(name);
    if (known !== undefined) return known;
    const text = `Topic ${name} not present in metadata after ${timeoutMs} ms.`;
    using deadline = new Deadline(clock, timeoutMs, text, signal);
    for (;;) {
      const { version } = cache;
      const topic = cache.topic(name);
      if (topic !== undefined) return topic;
      const error = cache.topicError(name);
      if (error !== undefined && !isWorthWaiting(error)) throw new KafkaError(error);
      await this.awaitUpdate(version, deadline.signal);
    }
  }

  /** Ends all waits with `reason`. */
  close(reason: unknown): void {
    this.#closing.abort(reason);
    this.#waiting?.promise.catch(() => {});
    this.#waiting?.reject(reason);
    this.#listeners.clear();
  }

  async #update(): Promise<void> {
    const { env: { clock, logger } } = this.#options;
    const { signal } = this.#closing;
    try {
      while (this.#isStale) {
        await this.#pause();
        this.#isStale = false;
        this.#askedAt = clock.monotonic();
        this.#tryingSince ??= this.#askedAt;
        try {
          await this.#ask();
        } catch (error) {
          signal.throwIfAborted();
          this.#attempts++;
          this.#isStale = true;
          this.#maybeRebootstrap();
          logger.write("debug", "Failed to update metadata", { error });
        }
      }
    } catch (error) {
      if (!signal.aborted) logger.write("error", "Stopped to update metadata", { error });
    } finally {
      this.#updating = undefined;
    }
  }

  /** Waits between two requests; not for a new topic. */
  async #pause(): Promise<void> {
    const { clock } = this.#options.env;
    const { signal } = this.#closing;
    const wait = this.#askedAt + this.#backoff.after(this.#attempts) - clock.monotonic();
    if (!(wait > 0)) return;
    this.#hurry = new AbortController();
    await clock.sleep(wait, AbortSignal.any([signal, this.#hurry.signal])).catch(() => {});
    this.#hurry = undefined;
    signal.throwIfAborted();
  }

  async #ask(): Promise<void> {
    const { cache, ask, env: { clock } } = this.#options;
    const now = clock.monotonic();
    for (const [topic, { expiresAt }] of this.#wanted) {
      if (expiresAt <= now) this.#wanted.delete(topic);
    }
    const asked = this.#wantsAll ? undefined : new Set(this.#wanted.keys());
    const topics = asked === undefined ? undefined : [...asked];
    const response = await ask(topics, this.allowAutoTopicCreation, this.#closing.signal);
    const error = errorName(response.errorCode);
    if (error !== "NONE") throw new KafkaError(error);
    if (response.brokers.length === 0) {
      throw new KafkaError("LEADER_NOT_AVAILABLE", "The answer names no broker");
    }
    const isChanged = cache.update(
      response,
      (topic) => this.#wanted.has(topic) && asked?.has(topic) === false,
    );
    this.#tryingSince = undefined;
    // When answers bring nothing new, those who ask again and again have to wait longer.
    this.#attempts = isChanged ? 0 : this.#attempts + 1;
    this.#age();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve();
    for (const listener of [...this.#listeners]) listener();
  }

  /** Asks again when what is known has become old. */
  #age(): void {
    const { config, env: { clock } } = this.#options;
    this.#agingSince?.abort();
    const aging = this.#agingSince = new AbortController();
    clock.sleep(
      config.number("metadata.max.age.ms"),
      AbortSignal.any([aging.signal, this.#closing.signal]),
    ).then(() => this.request(true), () => {});
  }

  #maybeRebootstrap(): void {
    const { config, env: { clock }, rebootstrap } = this.#options;
    if (config.string("metadata.recovery.strategy") !== "rebootstrap") return;
    const triggerMs = config.number("metadata.recovery.rebootstrap.trigger.ms");
    const now = clock.monotonic();
    if (now - this.#tryingSince! <= triggerMs) return;
    this.#tryingSince = now;
    rebootstrap();
  }
}

/** A topic that is not there may be created, or be known to another broker. */
function isWorthWaiting(error: ErrorName): boolean {
  return isRetriable(error) || error === "UNKNOWN_TOPIC_OR_PARTITION";
}
