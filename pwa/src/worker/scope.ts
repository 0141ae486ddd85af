/** The worker's global scope, as far as it is used here: TypeScript's DOM and WebWorker types exclude each other. */

export interface WaitableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
export interface FetchEventLike extends WaitableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
export interface SyncEventLike extends WaitableEvent {
  readonly tag: string;
}
export interface PushEventLike extends WaitableEvent {
  readonly data: { json(): unknown } | null;
}
export interface PushChangeEventLike extends WaitableEvent {
  readonly oldSubscription: PushSubscription | null;
  readonly newSubscription: PushSubscription | null;
}
export interface NotificationEventLike extends WaitableEvent {
  readonly notification: Notification;
}
export interface MessageEventLike extends WaitableEvent {
  readonly data: unknown;
}

interface WorkerEvents {
  install: WaitableEvent;
  activate: WaitableEvent;
  fetch: FetchEventLike;
  sync: SyncEventLike;
  push: PushEventLike;
  pushsubscriptionchange: PushChangeEventLike;
  notificationclick: NotificationEventLike;
  message: MessageEventLike;
}

interface WindowClientLike {
  readonly url: string;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}

export interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly location: Location;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<WindowClientLike[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<K extends keyof WorkerEvents>(type: K, listener: (event: WorkerEvents[K]) => void): void;
}

export const worker = globalThis as unknown as WorkerScope;
