import { TriangleAlert } from 'lucide-preact';
import { Component, ComponentChildren } from 'preact';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { Notice } from '../ui/feedback';

/** A page that breaks takes neither the navigation nor the running uploads with it. */
export class Boundary extends Component<{ readonly children: ComponentChildren }, { readonly broken: boolean }> {
  static getDerivedStateFromError() {
    return { broken: true };
  }

  state = { broken: false };

  componentDidCatch(error: unknown): void {
    console.error(error);
  }

  render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Notice role="alert" icon={TriangleAlert} title={strings.errors.crashed}
        action={<Button look="primary" onClick={() => location.reload()}>{strings.errors.reload}</Button>}>
        {strings.errors.crashedText}
      </Notice>
    );
  }
}
