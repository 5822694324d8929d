/**
 * The controller's part of a node: its listeners, and what answers there (Kafka's `ControllerServer`). Deciding is up to `controller/`, the metadata log
 * is shared with the broker's part.
 *
 * @module
 */

import { controllerEndpoints } from "./advertised_endpoints.ts";
import type { AdvertisedEndpoint } from "./advertised_endpoints.ts";
import { LOGGERS } from "./broker_loggers.ts";
import { controllerHandlers } from "./controller_handlers.ts";
import { HeartbeatConnections } from "./heartbeat_connections.ts";
import { LocalController } from "./local_controller.ts";
import { networkConfig, networkConfigNames } from "./network_config.ts";
import type { NodeOptions, SharedParts } from "./node_parts.ts";
import { RequestDispatcher } from "./request_dispatcher.ts";
import { SocketServer } from "./socket_server.ts";

/** The controller's part of a node. */
export class ControllerServer {
  readonly #options: NodeOptions;
  #dispatcher: RequestDispatcher | undefined;
  #connections: HeartbeatConnections | undefined;
  /** Without the hook: what a node asks its own controller is no request of a client. */
  #ownDispatcher: RequestDispatcher | undefined;

  /** The listeners. */
  readonly socketServer: SocketServer;
  /** Answers this node itself, from the start on. */
  readonly local: LocalController;

  /** Listens to nothing yet. */
  constructor(options: NodeOptions) {
    const { env, config, loggers, transport } = options;
    this.#options = options;
    this.socketServer = new SocketServer({
      env: loggers.env(env, LOGGERS.network),
      transport,
      config: networkConfig(config),
      // Nobody is served before the start.
      dispatcherOf: () => this.#dispatcher!,
      onConnectionEnded: (connectionId) => this.#connections?.ended(connectionId),
    });
    this.local = new LocalController({
      nodeId: config.nodeId,
      listenerName: config.controllerListenerNames[0] ?? "CONTROLLER",
      dispatcher: {
        dispatch: (frame, source, pool) => this.#ownDispatcher!.dispatch(frame, source, pool),
      },
    });
  }

  /**
   * Takes the addresses, which stay as they are now; their ports are told from here on.
   *
   * @throws {NetworkError} when an address cannot be had
   */
  async bind(): Promise<readonly AdvertisedEndpoint[]> {
    const { config } = this.#options;
    await this.socketServer.bind(config.controllerListeners);
    return controllerEndpoints(config, this.socketServer.listeners);
  }

  /** Answers from here on. */
  start(shared: SharedParts): void {
    const { env, config, loggers, hook } = this.#options;
    const controllerEnv = loggers.env(env, LOGGERS.controllerApis);
    const connections = new HeartbeatConnections((run) => shared.controller.disconnected(run));
    this.#connections = connections;
    const handlers = controllerHandlers({ ...shared, env: controllerEnv, connections });
    this.#dispatcher = new RequestDispatcher({ env: controllerEnv, handlers, hook });
    this.#ownDispatcher = new RequestDispatcher({ env: controllerEnv, handlers });
    config.subscribe(networkConfigNames(config), () => this.socketServer.limitsChanged());
    this.socketServer.start();
  }
}
