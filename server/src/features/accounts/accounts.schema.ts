import { z } from "zod";
import { emailField, givenPassword, passwordField } from "../identity/index.ts";

const tokenField = z
  .string()
  .min(1)
  .max(1_024)
  .meta({ description: "From the mail.", examples: ["p3Zr0yq1m0gN8mQy8hC6xWQk7n2b5f9sV4tJ1uL0aEo"] });

export const forgotBody = z.object({ email: emailField });

export const resetBody = z.object({ token: tokenField, password: passwordField });

export const verifyBody = z.object({ token: tokenField });

export const emailChangeBody = z.object({ email: emailField, password: givenPassword });

export const said = z.object({ message: z.string() });
