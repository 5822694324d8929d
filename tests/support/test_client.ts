/** A client for tests: sends requests over a transport, and takes the responses in order. */

import { FrameStream } from "../../client/network/frame_stream.ts";
import type { Address, Connection, Transport } from "../../client/network/transport.ts";
import type { Api } from "../../client/protocol/api.ts";
import { responseHeaderVersion } from "../../client/protocol/api_keys.ts";
import { encodeRequest } from "../../client/protocol/framing.ts";
import { decodeResponseHeader } from "../../client/protocol/headers.ts";
import { decode, type Draft } from "../../storage/message/message_codec.ts";

/** One connection. */
export class TestClient implements Disposable {
  readonly connection: Connection;
  readonly #clientId: string;
  readonly #frames: FrameStream;
  #correlationId = 0;

  private constructor(connection: Connection, clientId: string) {
    this.connection = connection;
    this.#frames = new FrameStream(connection, 1 << 28);
    this.#clientId = clientId;
  }

  static async connect(
    transport: Transport,
    address: Address,
    clientId = "test",
  ): Promise<TestClient> {
    return new TestClient(await transport.connect(address), clientId);
  }

  /** Sends a request. Returns its number. */
  async send<Req>(api: Api<Req, unknown>, version: number, draft: Draft<Req>): Promise<number> {
    const correlationId = this.#correlationId++;
    const header = { correlationId, clientId: this.#clientId };
    await this.connection.write(encodeRequest(api, version, header, draft));
    return correlationId;
  }

  /** The next frame without its size; `undefined` when the connection has ended. */
  receive(): Promise<Uint8Array | undefined> {
    return this.#frames.next();
  }

  /** Takes the response to a request. */
  async response<Req, Res>(api: Api<Req, Res>, version: number, to: number): Promise<Res> {
    const frame = await this.receive();
    if (frame === undefined) {
      throw new Error(`The connection ended instead of answering ${api.name}`);
    }
    const { correlationId, bodyAt } = decodeResponseHeader(
      responseHeaderVersion(api, version),
      frame,
    );
    if (correlationId !== to) throw new Error(`Response to ${correlationId} instead of ${to}`);
    return decode(api.response, version, frame, bodyAt);
  }

  /** Sends a request and takes its response. */
  async call<Req, Res>(api: Api<Req, Res>, version: number, draft: Draft<Req>): Promise<Res> {
    return await this.response(api, version, await this.send(api, version, draft));
  }

  [Symbol.dispose](): void {
    this.connection.close();
  }
}
