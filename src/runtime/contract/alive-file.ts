/** File on the scratch disk that the worker touches after each poll, and every heartbeat while no slot is free; the container's health check looks at its age. */
export const ALIVE_FILE = '.alive';
