import { Check } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import { Logo } from '../app/logo';
import { useServices } from '../app/services';
import { strings } from '../strings';
import { Button } from '../ui/button';

export function SignInPage() {
  const { session } = useServices();
  const [leaving, setLeaving] = useState(session.wasSignedIn);
  const signIn = () => {
    setLeaving(true);
    void session.signIn().catch(() => setLeaving(false));
  };
  // The sign-in page still knows who was here and sends them straight back.
  useEffect(() => { if (session.wasSignedIn) signIn(); }, []);
  return (
    <main class="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <div class="flex flex-col px-6 py-8 sm:px-12 lg:px-16">
        <span class="flex items-center gap-2.5 font-semibold tracking-tight"><Logo />{strings.product}</span>
        <div class="my-auto max-w-md py-16">
          <h1 class="text-3xl font-semibold tracking-tight text-balance">{strings.signIn.title}</h1>
          <p class="mt-4 text-lg text-muted text-pretty">{strings.signIn.text}</p>
          <Button look="primary" class="mt-8 h-11! px-6! text-lg!" disabled={leaving} onClick={signIn}>
            {leaving ? strings.signIn.returning : strings.signIn.button}
          </Button>
          <ul class="mt-10 grid gap-2.5 text-muted">
            {strings.signIn.points.map(point => (
              <li key={point} class="flex items-center gap-2.5"><Check size={16} class="text-accent-ink" aria-hidden="true" />{point}</li>
            ))}
          </ul>
        </div>
      </div>
      <Artwork />
    </main>
  );
}

/** One video as a ladder of renditions. */
const STEPS = [
  { name: '1080p', width: '88%', opacity: 1 },
  { name: '720p', width: '68%', opacity: 0.82 },
  { name: '540p', width: '52%', opacity: 0.64 },
  { name: '360p', width: '36%', opacity: 0.48 },
];

function Artwork() {
  return (
    <div aria-hidden="true" class="relative hidden overflow-hidden border-l border-line bg-sunken lg:block">
      <div class="absolute inset-0 bg-[radial-gradient(60rem_40rem_at_85%_15%,var(--color-accent-soft),transparent)]" />
      <div class="absolute inset-y-0 left-16 flex w-[46rem] flex-col justify-center gap-4">
        {STEPS.map(({ name, width, opacity }) => (
          <div key={name} class="rounded-xl border border-line bg-raised p-4 shadow-float" style={{ width }}>
            <div class="mb-3 flex items-center justify-between text-sm font-medium"><span>{name}</span><span class="size-2 rounded-full bg-good" /></div>
            <div class="flex gap-1.5">
              {Array.from({ length: 12 }, (_, index) => <span key={index} class="h-9 flex-1 rounded-sm bg-accent" style={{ opacity: opacity * (0.35 + 0.65 * ((index * 7) % 12) / 12) }} />)}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
