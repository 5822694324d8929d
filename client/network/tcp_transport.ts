/**
 * The network that there is.
 *
 * @module
 */

import {
  type Address,
  addressText,
  canonicalHost,
  type Connection,
  isHostNumber,
  type Listener,
  type ListenOptions,
  NetworkError,
  type NetworkErrorKind,
  type Transport,
} from "./transport.ts";

/** TCP, by the runtime's own sockets; Nagle's algorithm is off. */
export function tcpTransport(): Transport {
  return { listen, connect, resolve, canonicalNames, localName };
}

/** What to listen on for a host, the best first. */
function listenHosts(host: string): readonly string[] {
  // `::` takes IPv4 as well, where there is IPv6 at all.
  if (host === "") return ["::", "0.0.0.0"];
  // Clients that look the name up try IPv4 sooner or later, but some never IPv6.
  if (host === "localhost") return ["127.0.0.1", "::1"];
  return [withoutBrackets(host)];
}

function listen(address: Address, options: ListenOptions = {}): Promise<Listener> {
  const { backlog } = options;
  const { port } = address;
  let failure: unknown;
  for (const hostname of listenHosts(address.host)) {
    try {
      const listener = Deno.listen({
        hostname,
        port,
        ...(backlog === undefined ? {} : { tcpBacklog: backlog }),
      });
      return Promise.resolve(new TcpListener(listener));
    } catch (error) {
      failure ??= error;
      if (!(error instanceof Deno.errors.AddrInUse)) continue;
      failure = error;
      break;
    }
  }
  return Promise.reject(networkError("listen on", address, failure));
}

async function connect(address: Address, signal?: AbortSignal): Promise<Connection> {
  signal?.throwIfAborted();
  const options = { hostname: withoutBrackets(address.host), port: address.port };
  try {
    return new TcpConnection(
      await Deno.connect(signal === undefined ? options : { ...options, signal }),
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw networkError("connect to", address, error);
  }
}

async function resolve(host: string): Promise<readonly string[]> {
  if (isHostNumber(host)) return [canonicalHost(host)];
  // Rarely needed: most configs have numbers.
  const { lookup } = await import("node:dns/promises");
  try {
    const found = await lookup(host, { all: true });
    const all = Array.isArray(found) ? found : [found];
    return all.map((entry) => canonicalHost(typeof entry === "string" ? entry : entry.address));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NetworkError("unknown-host", `Failed to resolve ${host}: ${reason}`, {
      cause: error,
    });
  }
}

async function canonicalNames(host: string): Promise<readonly string[]> {
  const { reverse } = await import("node:dns/promises");
  const numbers = await resolve(host);
  return await Promise.all(numbers.map(async (number) => {
    const [name] = await reverse(number).catch(() => []);
    return name ?? number;
  }));
}

async function localName(): Promise<string> {
  try {
    const name = Deno.hostname();
    await resolve(name);
    return name;
  } catch {
    // Nobody may ask for the name, or nobody knows it.
    return "localhost";
  }
}

function withoutBrackets(host: string): string {
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}

class TcpListener implements Listener {
  readonly address: Address;
  readonly #listener: Deno.TcpListener;
  #isClosed = false;

  constructor(listener: Deno.TcpListener) {
    this.#listener = listener;
    const { hostname, port } = listener.addr;
    this.address = { host: hostname, port };
  }

  async accept(): Promise<Connection | undefined> {
    while (!this.#isClosed) {
      try {
        return new TcpConnection(await this.#listener.accept());
      } catch (error) {
        // A client that is gone before it was taken is no reason to stop.
        if (this.#isClosed || error instanceof Deno.errors.BadResource) return undefined;
        if (error instanceof Deno.errors.ConnectionAborted) continue;
        throw networkError("accept on", this.address, error);
      }
    }
    return undefined;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.close();
  }
}

class TcpConnection implements Connection {
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  readonly #connection: Deno.TcpConn;
  #isClosed = false;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    const { localAddr, remoteAddr } = connection;
    this.localAddress = { host: canonicalHost(localAddr.hostname), port: localAddr.port };
    this.remoteAddress = { host: canonicalHost(remoteAddr.hostname), port: remoteAddr.port };
    try {
      connection.setNoDelay(true);
      connection.setKeepAlive(true);
    } catch {
      // The other side is gone already; the first read will tell.
    }
  }

  async read(into: Uint8Array): Promise<number> {
    if (this.#isClosed) return 0;
    try {
      return await this.#connection.read(into) ?? 0;
    } catch (error) {
      if (this.#isClosed) return 0;
      throw networkError("read from", this.remoteAddress, error);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        at += await this.#connection.write(at === 0 ? bytes : bytes.subarray(at));
      }
    } catch (error) {
      throw networkError("write to", this.remoteAddress, error);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#connection.close();
    } catch {
      // It broke before.
    }
  }
}

function kindOf(error: unknown): NetworkErrorKind {
  if (error instanceof Deno.errors.AddrInUse) return "address-in-use";
  if (error instanceof Deno.errors.AddrNotAvailable) return "address-not-available";
  if (error instanceof Deno.errors.PermissionDenied) return "permission-denied";
  if (error instanceof Deno.errors.ConnectionRefused) return "refused";
  return /lookup address|resolve|not known/.test(String(error)) ? "unknown-host" : "disconnected";
}

function networkError(action: string, address: Address, error: unknown): NetworkError {
  const kind = kindOf(error);
  const reason = kind === "address-in-use"
    ? "the address is in use"
    : error instanceof Error
    ? error.message
    : String(error);
  return new NetworkError(
    kind,
    `Failed to ${action} ${addressText(address)}: ${reason}`,
    { cause: error },
  );
}
