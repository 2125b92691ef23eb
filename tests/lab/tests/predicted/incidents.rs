//! Mistakes that people made: the trace predicts what the daemons do.
