/**
 * File on the scratch disk that the worker touches after each poll, and every heartbeat while no slot is free; the health check of the
 * container looks at its age.
 */
export const ALIVE_FILE = '.alive';
