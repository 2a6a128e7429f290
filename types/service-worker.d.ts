// What the service worker uses of its scope: TypeScript's library of workers cannot stand beside that of pages.
export {};

declare global {
  interface WorkerEvent extends Event {
    waitUntil(promise: Promise<unknown>): void;
  }
  interface WorkerFetchEvent extends WorkerEvent {
    readonly request: Request;
    readonly preloadResponse: Promise<Response | undefined>;
    respondWith(response: Promise<Response>): void;
  }
  interface OfflineWorker {
    /** What `offline_worker` of `gisportal/views.py` writes before the script. */
    readonly offline: { name: string; page: string; files: string[] };
    readonly registration: ServiceWorkerRegistration;
    readonly clients: { claim(): Promise<void> };
    readonly location: Location;
    skipWaiting(): Promise<void>;
    addEventListener(name: "install" | "activate", listener: (event: WorkerEvent) => void): void;
    addEventListener(name: "fetch", listener: (event: WorkerFetchEvent) => void): void;
  }
}
