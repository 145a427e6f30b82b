import type { ConsoleConfig } from '../contract/console';

export type { ConsoleConfig };

class ConfigError extends Error {}

export async function loadConfig(): Promise<ConsoleConfig> {
  const answer = await fetch('/config.json', { cache: 'no-cache' }).catch(() => undefined);
  if (!answer?.ok) throw new ConfigError(answer ? `config.json: ${answer.status}` : 'offline');
  return checkConfig(await answer.json().catch(() => undefined));
}

function checkConfig(value: unknown): ConsoleConfig {
  const config = value as Partial<ConsoleConfig> | undefined;
  const texts = ['issuer', 'clientId', 'userPoolDomain', 'region'] as const;
  const complete = config && texts.every(name => typeof config[name] === 'string')
    && Array.isArray(config.scopes) && typeof config.maxUploadBytes === 'number';
  if (!complete) throw new ConfigError('config.json is incomplete');
  return config as ConsoleConfig;
}
