export * from './catalog-schema';
export * from './environment';
export * from './ladder-profile';
export * from './metrics';
export * from './object-created-event';
export * from './object-keys';
export * from './processing-limits';
export * from './routes';
