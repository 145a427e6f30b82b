import { QueryClient } from '@tanstack/preact-query';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ConsoleConfig } from '../config';
import { Api, ApiProblem } from '../data/api';
import { Library } from '../data/library';
import { Session, SignedOutError } from '../session/session';
import { UploadQueue } from '../upload/upload-queue';

/** What the pages share, made once at the start. */
export interface Services {
  readonly config: ConsoleConfig;
  readonly session: Session;
  readonly api: Api;
  readonly library: Library;
  readonly uploads: UploadQueue;
  readonly queries: QueryClient;
}

const MOST_RETRIES = 3;

export function createServices(config: ConsoleConfig): Services {
  const session = new Session(config);
  const api = new Api(session);
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < MOST_RETRIES && !(error instanceof SignedOutError)
          && (!(error instanceof ApiProblem) || error.retryable),
      },
    },
  });
  const uploads = new UploadQueue({
    api, maxBytes: config.maxUploadBytes, onVideoChanged: videoId => void refresh(queries, videoId),
  });
  return { config, session, api, library: new Library(api), uploads, queries };
}

/** Asks again for whatever shows this video. */
async function refresh(queries: QueryClient, videoId?: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['videos'] }),
    queries.invalidateQueries({ queryKey: ['stats'] }),
    ...videoId === undefined ? [] : [queries.invalidateQueries({ queryKey: ['video', videoId] })],
  ]);
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('ServicesContext has no value');
  return services;
}
