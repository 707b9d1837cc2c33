// The chosen theme, before anything is painted.
try {
  const theme = localStorage.getItem('casebot.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch { /* storage is forbidden: the system's theme it is */ }
