export * from './video-edge-stack';
export * from './video-platform-stack';
