/** What is to be read letter by letter, copied or typed off. */
export function SecretText({ children, label }: { children: string; label: string }) {
  return (
    <p className="rounded-control border border-line bg-canvas px-3 py-2">
      <span className="sr-only">{label}: </span>
      <code className="select-all font-mono text-list [overflow-wrap:anywhere]">{children}</code>
    </p>
  );
}
