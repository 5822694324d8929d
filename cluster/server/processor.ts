/**
 * One connection of a client: frames in, responses out, in the order of the requests.
 *
 * @module
 */

import { type Connection, NetworkError } from "../../client/network/transport.ts";
import type { Logger } from "../../storage/env.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";
import type { MemoryPool } from "../../client/network/memory_pool.ts";
import { FrameBuffer, OWN_SIZE } from "./frame_buffer.ts";
import type { RequestChannel } from "./request_channel.ts";
import { ResponseWriter } from "./response_writer.ts";

/** What a request comes to: the frame of its response, none, or the end of the connection. */
export type Outcome = Uint8Array | undefined | "close";

/**
 * Answers the frame of a request, without its length, by the frame of a response, with its length. Memory of the response may be from `pool`, which
 * gets it back when it is written. The frame is good until the answer is there.
 */
export type FrameHandler = (frame: Uint8Array, pool: MemoryPool) => Outcome | Promise<Outcome>;

/** What a connection is served with. */
export interface ProcessorOptions {
  /** The connection. */
  readonly connection: Connection;
  /** How the logs name it. */
  readonly connectionId: string;
  /** Gives requests memory and their turn. */
  readonly channel: RequestChannel;
  /** Memory for frames. */
  readonly pool: MemoryPool;
  /** Answers requests. */
  readonly handle: FrameHandler;
  /** `socket.request.max.bytes`, as it is at the time. */
  readonly maxRequestSize: () => number;
  /** Told of every sign of life. */
  readonly onActivity: () => void;
  /** Where to say why a connection was ended. */
  readonly logger: Logger;
}

/**
 * Serves a connection until it ends. One request is in handling at a time; what the client sends meanwhile stays in its socket, but for
 * what the read buffer holds. A client that does not read its response is not read from: it costs that response, and no more.
 */
export class Processor {
  readonly #options: ProcessorOptions;
  readonly #frames: FrameBuffer;
  readonly #responses: ResponseWriter;
  /** Memory that the channel counts for the frame that is being received or handled. */
  #taken = 0;
  #state: "reading" | "writing" | "working" | "ended" = "working";
  /** The answer of a handler that has the frame's memory in its hands until then. */
  #answer: Promise<Outcome> | undefined;
  #isStopping = false;
  #running: Promise<void> | undefined;

  /** Serves from {@linkcode Processor.run} on. */
  constructor(options: ProcessorOptions) {
    this.#options = options;
    this.#frames = new FrameBuffer(options.pool);
    this.#responses = new ResponseWriter(options.connection, options.pool, options.onActivity);
  }

  /** Whether the broker is at work on a request: then silence is not the client's fault. */
  get isHandling(): boolean {
    return this.#state === "working";
  }

  /** Serves until the connection ends, which it does at the latest when this returns. */
  run(): Promise<void> {
    return this.#running ??= this.#run();
  }

  /** Takes no more requests. Resolves when the one in handling is answered and the connection has ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#state === "reading") this.#options.connection.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { connection, connectionId, channel, logger } = this.#options;
    try {
      await this.#serve();
    } catch (error) {
      if (error instanceof ProtocolError) {
        logger.write("warn", "Closed a connection for an invalid request", {
          connection: connectionId,
          reason: error.message,
        });
      } else if (!(error instanceof NetworkError)) {
        logger.write("error", "Closed a connection after an unexpected error", {
          connection: connectionId,
          error,
        });
      }
    } finally {
      this.#state = "ended";
      connection.close();
      channel.release(this.#taken);
      this.#responses.drop();
      this.#releaseFrames();
    }
  }

  /** Gives the memory of frames back, when nobody has it in use any more. */
  #releaseFrames(): void {
    const release = () => this.#frames.release();
    if (this.#answer === undefined) return release();
    this.#answer.then((outcome) => {
      if (outcome instanceof Uint8Array) this.#options.pool.give(outcome);
      release();
    }, release);
  }

  async #serve(): Promise<void> {
    const { connection, channel, pool, handle, maxRequestSize, onActivity } = this.#options;
    const responses = this.#responses;
    while (true) {
      for (
        let frame;
        !this.#isStopping && (frame = this.#frames.next(maxRequestSize())) !== undefined;
      ) {
        const memory = this.#take(frame.length);
        if (memory !== undefined) await this.#waitFor(memory);
        const turn = channel.turn();
        if (turn !== undefined) await this.#waitFor(turn);
        if (responses.isDue(channel.now)) await this.#write();
        if (this.#isStopping) break;
        const answer = handle(frame, pool);
        const outcome = answer instanceof Promise ? await this.#outcome(answer) : answer;
        channel.release(this.#taken);
        this.#taken = 0;
        if (outcome === "close") return await this.#write();
        if (outcome !== undefined) responses.add(outcome, channel.now);
      }
      if (responses.size > 0) await this.#write();
      const announced = this.#frames.announced(maxRequestSize()) ?? 0;
      const memory = announced > OWN_SIZE ? this.#take(announced) : undefined;
      if (memory !== undefined) await memory;
      const space = this.#frames.space(maxRequestSize());
      if (this.#isStopping) return;
      this.#state = "reading";
      const read = await connection.read(space);
      this.#state = "working";
      if (read === 0) return;
      onActivity();
      this.#frames.received(read);
    }
  }

  /** Has a frame counted; a promise when there is no memory for it yet. */
  #take(size: number): Promise<void> | undefined {
    if (this.#taken > 0) return undefined;
    const wait = this.#options.channel.take(size);
    if (wait === undefined) this.#taken = size;
    return wait?.then(() => void (this.#taken = size));
  }

  async #outcome(answer: Promise<Outcome>): Promise<Outcome> {
    this.#answer = answer;
    return await this.#waitFor(answer, () => this.#answer = undefined);
  }

  /** Waits; responses that are ready need not. */
  async #waitFor<T>(promise: Promise<T>, settled?: () => void): Promise<T> {
    if (this.#responses.size > 0) {
      // It is looked at below, unless the client is gone.
      promise.catch(() => {});
      await this.#write();
    }
    try {
      return await promise;
    } finally {
      settled?.();
    }
  }

  async #write(): Promise<void> {
    this.#state = "writing";
    await this.#responses.write();
    this.#state = "working";
  }
}
