/**
 * One connection to each of the other brokers, for what coordinators ask of them.
 *
 * @module
 */

import type { BrokerLink } from "../../client/network/broker_link.ts";
import type { Api } from "../../client/protocol/api.ts";
import type { Draft } from "../../storage/message/message_codec.ts";

/** Links to other brokers, made when there is something to ask. */
export class PeerLinks {
  readonly #linkTo: (brokerId: number) => BrokerLink;
  readonly #links = new Map<number, BrokerLink>();
  #isClosed = false;

  /** `linkTo` makes the link to a broker. */
  constructor(linkTo: (brokerId: number) => BrokerLink) {
    this.#linkTo = linkTo;
  }

  /**
   * Sends a request to a broker and waits for the answer; it is not sent again.
   *
   * @throws {NetworkError} when the broker cannot be reached, or the connection breaks
   * @throws {KafkaError} when it takes too long, or the broker lacks the API
   */
  async send<Req, Res>(brokerId: number, api: Api<Req, Res>, request: Draft<Req>): Promise<Res> {
    return await this.#link(brokerId).send(api, request);
  }

  /** Ends them; what waits for an answer fails. */
  close(): void {
    this.#isClosed = true;
    for (const link of this.#links.values()) link.close();
  }

  #link(brokerId: number): BrokerLink {
    const known = this.#links.get(brokerId);
    if (known !== undefined) return known;
    const link = this.#linkTo(brokerId);
    if (this.#isClosed) link.close();
    this.#links.set(brokerId, link);
    return link;
  }
}
