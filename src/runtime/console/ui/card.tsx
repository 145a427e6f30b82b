import type { ComponentChildren } from 'preact';

interface CardProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
}

export function Card({ title, aside, children, class: more = '' }: CardProps) {
  return (
    <section class={`min-w-0 rounded-xl border border-line bg-surface shadow-card ${more}`}>
      <header class="flex min-h-12 items-center justify-between gap-3 px-4 pt-2 sm:px-5">
        <h2 class="font-semibold">{title}</h2>
        {aside}
      </header>
      <div class="px-4 pt-1 pb-4 sm:px-5">{children}</div>
    </section>
  );
}
