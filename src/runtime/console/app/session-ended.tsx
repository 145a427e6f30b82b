import { useServices } from './services';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';

/** Over whatever the page shows, which is still there after signing in again. */
export function SessionEnded() {
  const { session } = useServices();
  return (
    <Dialog title={strings.signIn.expiredTitle} open={session.expired.value} onClose={() => void session.signIn()}>
      <p class="text-muted">{strings.signIn.expiredText}</p>
      <div class="mt-5 flex justify-end">
        <Button look="primary" onClick={() => void session.signIn()}>{strings.signIn.button}</Button>
      </div>
    </Dialog>
  );
}
