import { known, Rule } from './validation';
import { isOrigin } from '../../runtime/contract';

/** The rule of `allowedOrigins` wherever an API answers to browsers: exact origins, no wildcard. */
export function originRule(origins: readonly string[] = []): Rule {
  const foreign = origins.find(origin => known(origin) && !isOrigin(origin));
  return {
    broken: foreign !== undefined,
    message: () => `allowedOrigins holds '${foreign}', which is not an origin. `
      + 'Use a scheme and a host, such as https://videos.example.com; plain http is for localhost alone, and wildcards are refused.',
  };
}
