import { ServerCog, UserX } from 'lucide-preact';
import type { Session } from '../session/session';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { Notice } from '../ui/feedback';

export function ConfigFailure() {
  return (
    <main class="grid min-h-dvh place-items-center">
      <Notice role="alert" icon={ServerCog} title={navigator.onLine ? strings.errors.configTitle : strings.errors.offlineTitle}
        action={<Button look="primary" onClick={() => location.reload()}>{strings.errors.reload}</Button>}>
        {navigator.onLine ? strings.errors.config : strings.errors.offline}
      </Notice>
    </main>
  );
}

export function SignInFailure({ session }: { readonly session: Session }) {
  return (
    <main class="grid min-h-dvh place-items-center">
      <Notice role="alert" icon={UserX} title={strings.errors.title}
        action={<Button look="primary" onClick={() => void session.signIn('/')}>{strings.signIn.button}</Button>}>
        {strings.signIn.failed}
      </Notice>
    </main>
  );
}
