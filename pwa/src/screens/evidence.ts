/** What a visit is told with, in one chunk: nobody's day begins with its form, photos or signature. */
export { visitForm } from "./visit-form/router";
export { visitPhotos } from "./visit-photos/router";
export { visitSignature } from "./visit-signature/router";
