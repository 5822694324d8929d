/**
 * A proxy on the loopback that treats connections as bad networks do: it cuts them, also in the middle of a frame, holds bytes back, lets few
 * through, or falls silent without a word.
 *
 * @module
 */

/** One connection, in both directions. */
interface Passage {
  readonly client: Deno.TcpConn;
  readonly broker: Deno.TcpConn;
  /** Nothing passes any more, and nobody is told. */
  isMuted: boolean;
}

/** Bytes that are read at a time. */
const CHUNK = 16 * 1024;

/** See the file's comment. */
export class TcpProxy implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #passages = new Set<Passage>();
  #target: Deno.ConnectOptions | undefined;
  #delayMs = 0;
  #bytesPerSecond = Infinity;
  #cutAfter = Infinity;

  constructor() {
    void this.#accept();
  }

  /** Where it listens. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** `host:port` of the broker behind it; without one, connections are ended at once. */
  set target(address: string | undefined) {
    const [hostname, port] = address?.split(":") ?? [];
    this.#target = hostname === undefined ? undefined : { hostname, port: Number(port) };
  }

  /** Ends all connections. */
  cut(): void {
    for (const passage of [...this.#passages]) this.#end(passage);
  }

  /** Ends the connection that the next bytes but so many pass through. */
  cutAfter(bytes: number): void {
    this.#cutAfter = bytes;
  }

  /** Nothing passes any more on the connections that there are, and nobody is told. */
  mute(): void {
    for (const passage of this.#passages) passage.isMuted = true;
  }

  /** Holds all bytes back for so long, ms. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Lets so many bytes a second through on each connection, in each direction. */
  throttle(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    this.cut();
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) void this.#pass(client);
  }

  async #pass(client: Deno.TcpConn): Promise<void> {
    let broker: Deno.TcpConn;
    try {
      if (this.#target === undefined) throw new Deno.errors.ConnectionRefused();
      broker = await Deno.connect({ ...this.#target, transport: "tcp" });
    } catch {
      client.close();
      return;
    }
    const passage: Passage = { client, broker, isMuted: false };
    this.#passages.add(passage);
    await Promise.all([
      this.#pump(passage, client, broker),
      this.#pump(passage, broker, client),
    ]);
  }

  async #pump(passage: Passage, from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(CHUNK);
    try {
      for (let read; (read = await from.read(buffer)) !== null;) {
        const waitMs = this.#delayMs + 1000 * read / this.#bytesPerSecond;
        if (waitMs >= 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
        if (passage.isMuted) continue;
        const length = Math.min(read, this.#cutAfter);
        this.#cutAfter -= length;
        for (let at = 0; at < length;) at += await to.write(buffer.subarray(at, length));
        if (this.#cutAfter > 0) continue;
        this.#cutAfter = Infinity;
        break;
      }
    } catch {
      // One side has gone.
    }
    this.#end(passage);
  }

  #end(passage: Passage): void {
    if (!this.#passages.delete(passage)) return;
    for (const connection of [passage.client, passage.broker]) {
      try {
        connection.close();
      } catch {
        // It has ended by itself.
      }
    }
  }
}
