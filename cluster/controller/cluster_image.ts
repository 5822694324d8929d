/**
 * The brokers and controllers of a cluster.
 *
 * @module
 */

import { assert } from "@std/assert";
import {
  LOST_DIRECTORY,
  MIGRATING_DIRECTORY,
  UNASSIGNED_DIRECTORY,
} from "./partition_registration.ts";
import type {
  BrokerRegistrationChangeRecord,
  RegisterBrokerRecord,
  RegisterControllerRecord,
} from "./metadata_records/broker_records.ts";

/** A broker as it has registered (Kafka's `BrokerRegistration`). */
export type BrokerRegistration = RegisterBrokerRecord;

/** Brokers and controllers by id. */
export class ClusterImage {
  readonly #brokers = new Map<number, BrokerRegistration>();
  readonly #controllers = new Map<number, RegisterControllerRecord>();

  /** Brokers that are registered, fenced ones as well. */
  get brokers(): ReadonlyMap<number, BrokerRegistration> {
    return this.#brokers;
  }

  /** Controllers that are registered. */
  get controllers(): ReadonlyMap<number, RegisterControllerRecord> {
    return this.#controllers;
  }

  /** Whether a broker may lead: it is not fenced, and does not want to stop. */
  isActive(brokerId: number): boolean {
    const broker = this.#brokers.get(brokerId);
    return broker !== undefined && !broker.fenced && !broker.inControlledShutdown;
  }

  /** Whether a directory of a broker works, as far as is known. */
  hasOnlineDirectory(brokerId: number, directory: string): boolean {
    const broker = this.#brokers.get(brokerId);
    if (broker === undefined || directory === LOST_DIRECTORY) return false;
    if (directory === UNASSIGNED_DIRECTORY || directory === MIGRATING_DIRECTORY) return true;
    // Brokers of old metadata versions did not tell their directories.
    return broker.logDirs.length === 0 || broker.logDirs.includes(directory);
  }

  /** The directory of a replica that a broker gets: its only one, else it chooses itself. */
  defaultDirectory(brokerId: number): string {
    const logDirs = this.#brokers.get(brokerId)?.logDirs;
    if (logDirs?.length === 0) return MIGRATING_DIRECTORY;
    return logDirs?.length === 1 ? logDirs[0]! : UNASSIGNED_DIRECTORY;
  }

  /** Brokers that can be spoken to, in the order of their ids. */
  unfencedBrokers(): BrokerRegistration[] {
    return [...this.#brokers.values()].filter(({ fenced }) => !fenced)
      .sort((a, b) => a.brokerId - b.brokerId);
  }

  /** A broker registers. */
  replayRegisterBroker(record: RegisterBrokerRecord): void {
    this.#brokers.set(record.brokerId, record);
  }

  /** A broker leaves the cluster. */
  replayUnregisterBroker(brokerId: number): void {
    this.#brokers.delete(brokerId);
  }

  /** A registration changes. */
  replayChange(record: BrokerRegistrationChangeRecord): void {
    const { fenced, inControlledShutdown, logDirs, cordonedLogDirs } = record;
    this.#update(record.brokerId, {
      ...(fenced === 0 ? {} : { fenced: fenced > 0 }),
      ...(inControlledShutdown === 0 ? {} : { inControlledShutdown: true }),
      ...(logDirs.length === 0 ? {} : { logDirs }),
      ...(cordonedLogDirs === null ? {} : { cordonedLogDirs }),
    });
  }

  /** A broker is fenced, or no longer. */
  replayFence(brokerId: number, fenced: boolean): void {
    this.#update(brokerId, { fenced });
  }

  /** A controller registers. */
  replayRegisterController(record: RegisterControllerRecord): void {
    this.#controllers.set(record.controllerId, record);
  }

  #update(brokerId: number, change: Partial<BrokerRegistration>): void {
    const broker = this.#brokers.get(brokerId);
    assert(broker !== undefined, `Broker of a metadata record: ${brokerId}`);
    this.#brokers.set(brokerId, { ...broker, ...change });
  }
}
