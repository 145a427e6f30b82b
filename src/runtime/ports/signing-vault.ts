import { Keyring } from '../domain/signing/keyring';

/** Where the private keys are kept. */
export interface SigningVault {
  /** Undefined before the first keys. */
  read(): Promise<Keyring | undefined>;
  write(keyring: Keyring): Promise<void>;
}

/** Where a signer reads the keys. */
export type KeyringReader = Pick<SigningVault, 'read'>;
