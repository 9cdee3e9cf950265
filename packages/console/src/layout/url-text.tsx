/** A URL that breaks after its slashes, so that a narrow column does not cut words. */
export function UrlText({ url }: { readonly url: string }) {
  const parts = url.split(/(?<=\/)(?!\/)/);
  return (
    <>
      {parts.map((part, index) => (
        <>
          {index > 0 && <wbr />}
          {part}
        </>
      ))}
    </>
  );
}
