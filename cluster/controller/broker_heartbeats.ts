/**
 * What the active controller has heard of brokers, and when. None of it is in the metadata: the next controller begins anew.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { ClusterImage } from "./cluster_image.ts";

/** Which part of its session a broker has left whose connection has ended. */
const DISCONNECTED_SHARE = 3;

/** Of one run of a broker. */
interface Heard {
  readonly brokerEpoch: number;
  /** When it was heard of last, on the monotonic clock; `undefined` without a session. */
  lastContact: number | undefined;
  /** How far it has followed the metadata; -1 before it told. */
  metadataOffset: number;
  /** The offset up to which it has to follow the metadata before it can be of use. */
  readonly registeredAt: number;
  /** The offset of the last record that moved leaders away from it; -1 when it is not stopping. */
  controlledShutdownOffset: number;
}

/** A run of a broker. */
export interface BrokerRun {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Epoch of its registration. */
  readonly brokerEpoch: number;
}

/** Sessions of brokers, and how far they have followed the metadata (Kafka's `BrokerHeartbeatManager`). */
export class BrokerHeartbeats {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #sessionTimeoutMs: () => number;
  readonly #brokers = new Map<number, Heard>();

  /** @param sessionTimeoutMs `broker.session.timeout.ms` */
  constructor(clock: Pick<Clock, "monotonic">, sessionTimeoutMs: () => number) {
    this.#clock = clock;
    this.#sessionTimeoutMs = sessionTimeoutMs;
  }

  /**
   * Begins with the brokers that there are. Those that are not fenced have a session from now on, but for the one in the process of the
   * controller: no run of it from before can still be there.
   *
   * @param offset of the last record of the metadata
   * @param ownId id of the controller's node
   */
  begin({ brokers }: ClusterImage, offset: number, ownId: number): void {
    this.#brokers.clear();
    for (const { brokerId, brokerEpoch, fenced } of brokers.values()) {
      this.registered(brokerId, brokerEpoch, offset);
      if (!fenced && brokerId !== ownId) this.touch(brokerId, brokerEpoch);
    }
  }

  /** Forgets everything: another controller hears of the brokers now. */
  end(): void {
    this.#brokers.clear();
  }

  /** A broker has registered: whatever was heard of its last run says nothing of this one. A run that registers again goes on. */
  registered(brokerId: number, brokerEpoch: number, registeredAt: number): void {
    const before = this.#brokers.get(brokerId);
    this.#brokers.set(brokerId, {
      lastContact: undefined,
      metadataOffset: -1,
      controlledShutdownOffset: -1,
      ...(before?.brokerEpoch === brokerEpoch ? before : { brokerEpoch }),
      registeredAt,
    });
  }

  /** A broker has left the cluster. */
  removed(brokerId: number): void {
    this.#brokers.delete(brokerId);
  }

  /** Something was heard of a broker. */
  touch(brokerId: number, brokerEpoch: number): void {
    const heard = this.#of(brokerId, brokerEpoch);
    if (heard !== undefined) heard.lastContact = this.#clock.monotonic();
  }

  /**
   * The connection over which a broker was heard has ended. One that is alive makes another by its next heartbeat; a process that was killed
   * does not, and is taken for dead after a third of the session.
   *
   * @returns in how many ms, when that is earlier than by its last heartbeat
   */
  disconnected({ brokerId, brokerEpoch }: BrokerRun): number | undefined {
    const heard = this.#of(brokerId, brokerEpoch);
    if (heard?.lastContact === undefined) return undefined;
    const sessionMs = this.#sessionTimeoutMs();
    const graceMs = Math.ceil(sessionMs / DISCONNECTED_SHARE);
    if (this.#expiresIn(heard.lastContact) <= graceMs) return undefined;
    heard.lastContact = this.#clock.monotonic() - sessionMs + graceMs;
    return graceMs;
  }

  /** A run of a broker is over, by its own word: the next one need not wait until that is forgotten. */
  ended(brokerId: number): void {
    const heard = this.#brokers.get(brokerId);
    if (heard !== undefined) heard.lastContact = undefined;
  }

  /** Whether a run of a broker was heard of recently. */
  hasSession({ brokerId, brokerEpoch }: BrokerRun): boolean {
    const lastContact = this.#of(brokerId, brokerEpoch)?.lastContact;
    return lastContact !== undefined && this.#expiresIn(lastContact) > 0;
  }

  /** When the next session ends if nothing is heard, in ms from now; `undefined` when there are no sessions. */
  nextExpiryMs(): number | undefined {
    let next: number | undefined;
    for (const { lastContact } of this.#brokers.values()) {
      if (lastContact !== undefined) next = Math.min(next ?? lastContact, lastContact);
    }
    return next === undefined ? undefined : Math.max(0, this.#expiresIn(next));
  }

  /** Ends the session that has been over for the longest time. */
  takeExpired(): BrokerRun | undefined {
    let found: [number, Heard] | undefined;
    for (const [id, heard] of this.#brokers) {
      if (heard.lastContact === undefined || this.#expiresIn(heard.lastContact) > 0) continue;
      if (found === undefined || heard.lastContact < found[1].lastContact!) found = [id, heard];
    }
    if (found === undefined) return undefined;
    const [brokerId, heard] = found;
    heard.lastContact = undefined;
    return { brokerId, brokerEpoch: heard.brokerEpoch };
  }

  /** A broker tells how far it has followed the metadata. */
  followed(brokerId: number, metadataOffset: number): void {
    this.#brokers.get(brokerId)!.metadataOffset = metadataOffset;
  }

  /** Whether a broker has followed the metadata as far as its registration, and what went with that. */
  isCaughtUp(brokerId: number, metadataOffset: number): boolean {
    return metadataOffset >= this.#brokers.get(brokerId)!.registeredAt;
  }

  /** A broker is fenced: whether it was about to stop is of no interest any more. */
  fenced(brokerId: number): void {
    const heard = this.#brokers.get(brokerId);
    if (heard !== undefined) heard.controlledShutdownOffset = -1;
  }

  /**
   * A broker is about to stop.
   *
   * @param offset of the last record that this has brought about; told again, the first one counts
   */
  stopping(brokerId: number, offset: number): void {
    const heard = this.#brokers.get(brokerId)!;
    if (heard.controlledShutdownOffset < 0) heard.controlledShutdownOffset = offset;
  }

  /** Whether a broker is about to stop. */
  isStopping(brokerId: number): boolean {
    return (this.#brokers.get(brokerId)?.controlledShutdownOffset ?? -1) >= 0;
  }

  /** Whether all that are up know that others lead what the broker led that is about to stop. */
  mayStop(brokerId: number, { brokers }: ClusterImage): boolean {
    let lowest = Infinity;
    for (const [id, { metadataOffset }] of this.#brokers) {
      if (this.isStopping(id) || (brokers.get(id)?.fenced ?? true)) continue;
      lowest = Math.min(lowest, metadataOffset);
    }
    return this.#brokers.get(brokerId)!.controlledShutdownOffset <= lowest;
  }

  #of(brokerId: number, brokerEpoch: number): Heard | undefined {
    const heard = this.#brokers.get(brokerId);
    return heard?.brokerEpoch === brokerEpoch ? heard : undefined;
  }

  #expiresIn(lastContact: number): number {
    return lastContact + this.#sessionTimeoutMs() - this.#clock.monotonic();
  }
}
