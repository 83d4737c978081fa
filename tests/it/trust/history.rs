//! The migration history is read only where nobody else can put code or rows into it.
